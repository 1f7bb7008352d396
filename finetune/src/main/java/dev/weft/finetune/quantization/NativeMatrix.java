package dev.weft.finetune.quantization;

import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;

/** A frozen matrix in native memory, still in its held form. */
@FunctionalInterface
public interface NativeMatrix {

  /** The dense float32 values [out, in], living in {@code arena}. */
  NativeArray decode(Arena arena);
}
