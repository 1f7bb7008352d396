package dev.weft.finetune.kernels;

import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.torch.Program;
import java.util.List;

/** Kernels of {@code classifier.py}: mean pooling and a linear head with cross entropy. */
public final class ClassifierKernels {
  private final Program program;

  ClassifierKernels(Program program) {
    this.program = program;
  }

  /**
   * Mean-pooled hidden states [examples, hidden].
   *
   * @param hidden [examples * length, hidden]
   * @param shares [examples, length]: 1 / tokens of the example, 0 for padding
   */
  public NativeArray pool(Arena arena, NativeArray hidden, NativeArray shares) {
    return program.callOne(arena, "pool", hidden, shares);
  }

  /**
   * Gradient by the hidden states [examples * length, hidden].
   *
   * @param dpooled [examples, hidden]
   * @param shares as {@link #pool} takes them
   */
  public NativeArray poolBackward(Arena arena, NativeArray dpooled, NativeArray shares) {
    return program.callOne(arena, "pool_backward", dpooled, shares);
  }

  /**
   * Losses of a linear head and, for {@code L = sum of share * loss}, the gradients.
   *
   * @param pooled [lanes * examples, hidden]
   * @param labels int64 [lanes * examples]
   * @param shares what each loss counts for [lanes * examples]
   * @param weight [lanes, classes, hidden], or [1, classes, hidden] for all lanes
   * @param bias [lanes, classes], or [1, classes] for all lanes
   */
  public HeadStep headStep(
      Arena arena,
      NativeArray pooled,
      NativeArray labels,
      NativeArray shares,
      int lanes,
      NativeArray weight,
      NativeArray bias) {
    List<NativeArray> step =
        program.call(arena, "head_step", pooled, labels, shares, lanes, weight, bias);
    return new HeadStep(step.get(0), step.get(1), step.get(2), step.get(3));
  }

  /**
   * See {@link #headStep}.
   *
   * @param losses [lanes * examples]
   * @param dweight [lanes, classes, hidden]
   * @param dbias [lanes, classes]
   * @param dpooled [lanes * examples, hidden]
   */
  public record HeadStep(
      NativeArray losses, NativeArray dweight, NativeArray dbias, NativeArray dpooled) {}

  /**
   * Losses and most likely classes of the examples of one lane.
   *
   * @param pooled [examples, hidden]
   * @param labels int64 [examples]
   * @param weight [1, classes, hidden]
   * @param bias [1, classes]
   */
  public Answers answers(
      Arena arena, NativeArray pooled, NativeArray labels, NativeArray weight, NativeArray bias) {
    List<NativeArray> answers = program.call(arena, "answers", pooled, labels, weight, bias);
    return new Answers(answers.get(0), answers.get(1));
  }

  /**
   * See {@link #answers}.
   *
   * @param losses [examples]
   * @param classes int64 [examples]
   */
  public record Answers(NativeArray losses, NativeArray classes) {}
}
