package dev.weft.finetune.task;

import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.metrics.AnswerCounts;
import dev.weft.core.metrics.Evaluation;
import dev.weft.finetune.kernels.ClassifierKernels;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.TokenBatch;
import dev.weft.text.TokenizedSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** One label per text: mean-pooled hidden states under a trained linear head. */
public record Classification(Kernels kernels) implements Task {

  @Override
  public Losses losses(Arena arena, TokenBatch batch, NativeArray hidden, Head head) {
    NativeArray shares = shares(arena, batch);
    NativeArray pooled = kernels.classifier().pool(arena, hidden, shares);
    float[] weights = new float[batch.examples()];
    for (int row = 0; row < weights.length; row++) {
      weights[row] = (float) batch.rows().get(row).weight();
    }
    Step step =
        step(
            arena,
            pooled,
            labels(arena, batch),
            arena.floats(weights, weights.length),
            batch.lanes(),
            head);
    double[] losses = new double[batch.lanes()];
    float[] byRow = step.losses().toFloats();
    for (int row = 0; row < byRow.length; row++) {
      losses[row / batch.laneWidth()] += batch.rows().get(row).weight() * byRow[row];
    }
    NativeArray dhidden = kernels.classifier().poolBackward(arena, step.dpooled(), shares);
    return new Losses(Arrays.stream(losses).boxed().toList(), dhidden, step.gradients());
  }

  /**
   * Losses and gradients at the pooled hidden states.
   *
   * @param pooled [lanes * examples, hidden]
   * @param labels class of each
   * @param weights what each loss counts for
   */
  public Step step(
      Arena arena,
      NativeArray pooled,
      NativeArray labels,
      NativeArray weights,
      int lanes,
      Head head) {
    ClassifierKernels.HeadStep step =
        kernels
            .classifier()
            .headStep(
                arena,
                pooled,
                labels,
                weights,
                lanes,
                head.get(AdapterTarget.Head.WEIGHT),
                head.get(AdapterTarget.Head.BIAS));
    return new Step(
        step.losses(),
        Map.of(AdapterTarget.Head.WEIGHT, step.dweight(), AdapterTarget.Head.BIAS, step.dbias()),
        step.dpooled());
  }

  /**
   * What {@link #step} gives.
   *
   * @param losses of each example
   * @param gradients of the head's tensors [lanes, …]
   * @param dpooled gradient by the pooled states
   */
  public record Step(NativeArray losses, Map<String, NativeArray> gradients, NativeArray dpooled) {}

  /** Mean-pooled hidden states [examples, hidden]. */
  public NativeArray pool(Arena arena, TokenBatch batch, NativeArray hidden) {
    return kernels.classifier().pool(arena, hidden, shares(arena, batch));
  }

  /** Class of each row. */
  public NativeArray labels(Arena arena, TokenBatch batch) {
    long[] labels =
        batch.rows().stream().mapToLong(row -> row.set().label(row.example())).toArray();
    return arena.longs(labels, labels.length);
  }

  @Override
  public int targets(TokenizedSet set, int example) {
    return 1;
  }

  @Override
  public List<Answer> answers(Arena arena, TokenBatch batch, NativeArray hidden, Head head) {
    ClassifierKernels.Answers answers =
        kernels
            .classifier()
            .answers(
                arena,
                pool(arena, batch, hidden),
                labels(arena, batch),
                head.get(AdapterTarget.Head.WEIGHT),
                head.get(AdapterTarget.Head.BIAS));
    float[] losses = answers.losses().toFloats();
    long[] predictions = answers.classes().toLongs();
    List<Answer> result = new ArrayList<>();
    for (int row = 0; row < losses.length; row++) {
      result.add(new Answer(losses[row], 1, (int) predictions[row]));
    }
    return result;
  }

  @Override
  public Evaluation evaluation(TokenizedSet set, List<Answer> answers, int classes) {
    int[] labels = IntStream.range(0, set.size()).map(set::label).toArray();
    int[] predictions = answers.stream().mapToInt(Answer::outcome).toArray();
    double lossSum = 0;
    for (Answer answer : answers) {
      lossSum += answer.loss();
    }
    return Evaluation.classification(
        lossSum / set.size(),
        Scores.accuracy(labels, predictions),
        Scores.macroF1(labels, predictions, classes),
        set.size());
  }

  @Override
  public AnswerCounts counts(TokenizedSet set, List<Answer> answers) {
    long right = 0;
    double lossSum = 0;
    for (int example = 0; example < set.size(); example++) {
      right += answers.get(example).outcome() == set.label(example) ? 1 : 0;
      lossSum += answers.get(example).loss();
    }
    return new AnswerCounts(set.size(), set.size(), right, lossSum);
  }

  /** 1 / tokens of the example, 0 for padding [examples, length]. */
  private static NativeArray shares(Arena arena, TokenBatch batch) {
    float[] shares = new float[batch.paddedTokens()];
    for (int row = 0; row < batch.examples(); row++) {
      for (int position = 0; position < batch.tokens(row); position++) {
        shares[row * batch.length() + position] = 1f / batch.tokens(row);
      }
    }
    return arena.floats(shares, batch.examples(), batch.length());
  }
}
