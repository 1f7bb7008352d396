package dev.weft.finetune.quantization;

import dev.weft.core.Digest;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import dev.weft.finetune.torch.NativeArray;

/** No quantization, for comparisons. */
record Float32() implements QuantScheme {

  @Override
  public String name() {
    return "none";
  }

  @Override
  public StoredMatrix store(Tensor weights) {
    return new Dense(weights);
  }

  private record Dense(Tensor decode) implements StoredMatrix {

    @Override
    public long bytes() {
      return (long) Float.BYTES * decode.size();
    }

    @Override
    public void addTo(Digest.Builder digest) {
      digest.add(decode);
    }

    @Override
    public NativeMatrix upload(Arena owner, Kernels kernels) {
      NativeArray values = owner.floats(decode);
      return arena -> values;
    }
  }
}
