package dev.weft.finetune.kernels;

import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.torch.Program;

/** Kernels that only {@code bert.py} has. */
public final class BertKernels {
  private final Program program;

  BertKernels(Program program) {
    this.program = program;
  }

  /**
   * What enters the first block [examples * length, hidden].
   *
   * @param words rows of the token table [examples * length, hidden]
   * @param positions table of positions [positions, hidden]
   * @param types table of token types [types, hidden], of which the first is meant
   * @param gain of the norm [hidden]
   * @param bias of the norm [hidden]
   * @param offset position of the first token
   * @param length tokens per example
   * @param epsilon of the norm
   */
  public NativeArray embed(
      Arena arena,
      NativeArray words,
      NativeArray positions,
      NativeArray types,
      NativeArray gain,
      NativeArray bias,
      int offset,
      int length,
      double epsilon) {
    return program.callOne(
        arena, "bert_embed", words, positions, types, gain, bias, offset, length, epsilon);
  }
}
