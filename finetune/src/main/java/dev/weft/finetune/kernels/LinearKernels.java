package dev.weft.finetune.kernels;

import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.torch.Program;

/** Kernels of {@code linear.py}: what products with frozen weights take. */
public final class LinearKernels {
  private final Program program;

  LinearKernels(Program program) {
    this.program = program;
  }

  /**
   * The matrix as bfloat16.
   *
   * @param w float32 [out, in]
   */
  public NativeArray asBfloat16(Arena arena, NativeArray w) {
    return program.callOne(arena, "as_bfloat16", w);
  }

  /**
   * Every value rounded to bfloat16, as float32.
   *
   * @param w float32 [out, in]
   */
  public NativeArray roundedToBfloat16(Arena arena, NativeArray w) {
    return program.callOne(arena, "rounded_to_bfloat16", w);
  }
}
