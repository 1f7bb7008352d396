package dev.weft.finetune.adapter;

import dev.weft.core.adapter.Part;
import dev.weft.finetune.torch.NativeArray;
import java.util.Map;

/**
 * An adapter's tensors at one layer, each with a leading lane axis: A [lanes, r, in], B [lanes,
 * out, r], core [lanes, r, r] or [lanes, r], magnitude [lanes, out].
 */
record LayerTensors(Map<Part, NativeArray> parts) {

  NativeArray a() {
    return parts.get(Part.A);
  }

  NativeArray b() {
    return parts.get(Part.B);
  }

  NativeArray part(Part part) {
    return parts.get(part);
  }

  NativeArray magnitude() {
    return parts.get(Part.MAGNITUDE);
  }
}
