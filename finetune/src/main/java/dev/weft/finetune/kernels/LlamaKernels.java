package dev.weft.finetune.kernels;

import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.torch.Program;
import java.util.List;

/** Kernels that only {@code llama.py} has. */
public final class LlamaKernels {
  private final Program program;

  LlamaKernels(Program program) {
    this.program = program;
  }

  /**
   * Root-mean-square norm of each row.
   *
   * @param x [rows, hidden]
   * @param gain [hidden]
   */
  public NativeArray rmsNorm(Arena arena, NativeArray x, NativeArray gain, double epsilon) {
    return program.callOne(arena, "rms_norm", x, gain, epsilon);
  }

  /**
   * Gradient of {@link #rmsNorm} by x.
   *
   * @param dy [rows, hidden]
   * @param x [rows, hidden]
   * @param gain [hidden]
   */
  public NativeArray rmsNormBackward(
      Arena arena, NativeArray dy, NativeArray x, NativeArray gain, double epsilon) {
    return program.callOne(arena, "rms_norm_backward", dy, x, gain, epsilon);
  }

  /**
   * {@code factor · x}.
   *
   * @param x [tokens, hidden]
   */
  public NativeArray scaleEmbeddings(Arena arena, NativeArray x, double factor) {
    return program.callOne(arena, "scale_embeddings", x, factor);
  }

  /**
   * New tokens of one sequence after those that its memory holds.
   *
   * @param x [new tokens, hidden]
   * @param block its mask is [new tokens, all tokens]
   * @param keysAndValues of the tokens before, each [key-value heads, tokens, width]
   */
  public Step step(
      Arena arena, NativeArray x, BlockArguments block, List<NativeArray> keysAndValues) {
    List<NativeArray> step =
        program.call(
            arena,
            "llama_step",
            x,
            block.context(),
            block.weights(),
            block.vectors(),
            block.right(),
            block.left(),
            block.sizes(),
            block.numbers(),
            keysAndValues);
    return new Step(step.get(0), step.get(1), step.get(2));
  }

  /**
   * See {@link #step}.
   *
   * @param output what leaves the block [new tokens, hidden]
   * @param keys of all tokens so far [key-value heads, tokens, width]
   * @param values likewise
   */
  public record Step(NativeArray output, NativeArray keys, NativeArray values) {}
}
