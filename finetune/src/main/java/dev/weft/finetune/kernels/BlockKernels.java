package dev.weft.finetune.kernels;

import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.torch.Program;
import java.util.List;

/**
 * Kernels that every file of blocks has, {@code bert.py} and {@code llama.py}: a transformer block
 * forward and back.
 */
public final class BlockKernels {
  private final Program program;
  private final String file;

  /**
   * @param file without its ending; its kernels' names begin with it
   */
  BlockKernels(Program program, String file) {
    this.program = program;
    this.file = file;
  }

  /**
   * A block with all that its way back reads.
   *
   * @param x [tokens, hidden]
   */
  public Forward forward(Arena arena, NativeArray x, BlockArguments block) {
    List<NativeArray> results = call(arena, "_forward", x, block);
    return new Forward(results.get(0), results.subList(1, results.size()));
  }

  /**
   * See {@link #forward}.
   *
   * @param output [tokens, hidden]
   * @param saved for {@link #backward}
   */
  public record Forward(NativeArray output, List<NativeArray> saved) {}

  /**
   * What the way back reads, computed again.
   *
   * @param x [tokens, hidden]
   */
  public List<NativeArray> saved(Arena arena, NativeArray x, BlockArguments block) {
    return call(arena, "_saved", x, block);
  }

  private List<NativeArray> call(Arena arena, String kernel, NativeArray x, BlockArguments block) {
    return program.call(
        arena,
        file + kernel,
        x,
        block.context(),
        block.weights(),
        block.vectors(),
        block.right(),
        block.left(),
        block.sizes(),
        block.numbers());
  }

  /**
   * The way back through a block.
   *
   * @param dy gradient by what left it [tokens, hidden]
   * @param x what entered it [tokens, hidden]
   * @param saved of {@link #forward} or {@link #saved}
   * @param toInput whether the gradient by x is wanted
   */
  public Backward backward(
      Arena arena,
      NativeArray dy,
      NativeArray x,
      List<NativeArray> saved,
      BlockArguments block,
      boolean toInput) {
    return new Backward(
        program.call(
            arena,
            file + "_backward",
            dy,
            x,
            saved,
            block.context(),
            block.weights(),
            block.vectors(),
            block.right(),
            block.left(),
            block.sizes(),
            block.numbers(),
            toInput));
  }

  /**
   * See {@link #backward}.
   *
   * @param results per linear layer what entered it and the gradient by what left it; last the
   *     gradient by the block's input, if asked for
   */
  public record Backward(List<NativeArray> results) {
    /** What entered a linear layer [rows, in]. */
    public NativeArray entered(int linear) {
      return results.get(2 * linear);
    }

    /** Gradient by what left a linear layer [rows, out]. */
    public NativeArray gradient(int linear) {
      return results.get(2 * linear + 1);
    }

    /** Gradient by what entered the block [tokens, hidden]. */
    public NativeArray byInput() {
      return results.get(results.size() - 1);
    }
  }
}
