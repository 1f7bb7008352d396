package dev.weft.finetune.quantization;

import dev.weft.core.Digest;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import dev.weft.finetune.torch.NativeArray;

/**
 * Scales in float32.
 *
 * @param values one per block
 */
record PlainScales(Tensor values) implements BlockScales {

  @Override
  public float at(int block) {
    return values.at(block);
  }

  @Override
  public long bytes() {
    return (long) Float.BYTES * values.size();
  }

  @Override
  public void addTo(Digest.Builder digest) {
    digest.add(values);
  }

  @Override
  public NativeMatrix upload(Arena owner, Kernels kernels) {
    NativeArray uploaded = owner.floats(values);
    return arena -> uploaded;
  }
}
