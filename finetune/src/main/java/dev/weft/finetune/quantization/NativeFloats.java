package dev.weft.finetune.quantization;

import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import dev.weft.finetune.torch.NativeArray;

/**
 * float32 weights used where they lie, such as in the mapped file.
 *
 * @param values float32 [out, in]
 */
record NativeFloats(int out, int in, NativeArray values, Kernels kernels) implements NativeMatrix {

  @Override
  public boolean dense() {
    return true;
  }

  @Override
  public NativeArray decode(Arena arena) {
    return values;
  }

  @Override
  public void decodeInto(NativeArray target) {
    try (Arena scratch = Arena.open()) {
      kernels.call(scratch, "copy_into", target, values);
    }
  }

  @Override
  public NativeArray rows(Arena arena, int from, int to) {
    return kernels.callOne(arena, "consecutive_rows", values, from, to);
  }

  @Override
  public NativeArray rows(Arena arena, NativeArray ids) {
    return kernels.callOne(arena, "chosen_rows", values, ids);
  }
}
