package dev.weft.finetune.quantization;

import dev.weft.core.Digest;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;

/** The largest magnitudes of a matrix's blocks, as they are held. */
interface BlockScales {

  float at(int block);

  long bytes();

  void addTo(Digest.Builder digest);

  /** How to have them as float32 in native memory. */
  NativeMatrix upload(Arena owner, Kernels kernels);
}
