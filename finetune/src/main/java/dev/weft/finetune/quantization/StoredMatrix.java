package dev.weft.finetune.quantization;

import dev.weft.core.Digest;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;

/** A frozen matrix {@code [out, in]} in the bytes it is held in. */
public interface StoredMatrix {

  /** Bytes held for this matrix. */
  long bytes();

  /** Adds every held byte. */
  void addTo(Digest.Builder digest);

  /** The values these bytes stand for; the reference that the kernel must equal bit for bit. */
  Tensor decode();

  /** Moves the bytes to native memory, owned by {@code owner}. */
  NativeMatrix upload(Arena owner, Kernels kernels);
}
