package dev.weft.core.method;

import java.util.Optional;

/**
 * How a client minimises its objective, with nothing left to choose.
 *
 * @param epochs whole passes over a client's data per round, where {@code steps} is empty
 * @param steps optimizer steps per round, going on through the shuffled data where the last round
 *     stopped
 * @param batchSize examples per optimizer step
 * @param learningRate AdamW's, of the adapter's factors, at its peak
 * @param headLearningRate the same of the classification head
 * @param weightDecay decoupled, a multiple of the learning rate
 * @param schedule how both rates move over the whole run
 */
public record LocalTraining(
    int epochs,
    Optional<Integer> steps,
    int batchSize,
    double learningRate,
    double headLearningRate,
    double weightDecay,
    LearningRateSchedule schedule) {

  /** So many passes over the data at one constant rate. */
  public static LocalTraining ofEpochs(int epochs, int batchSize, double rate) {
    return new LocalTraining(
        epochs, Optional.empty(), batchSize, rate, rate, 0, LearningRateSchedule.constant());
  }

  /** So many optimizer steps at one constant rate. */
  public static LocalTraining ofSteps(int steps, int batchSize, double rate) {
    return new LocalTraining(
        1, Optional.of(steps), batchSize, rate, rate, 0, LearningRateSchedule.constant());
  }

  /** This training under another schedule. */
  public LocalTraining with(LearningRateSchedule newSchedule) {
    return new LocalTraining(
        epochs, steps, batchSize, learningRate, headLearningRate, weightDecay, newSchedule);
  }

  /** Optimizer steps of one pass over so many examples. */
  public long stepsOfEpoch(long examples) {
    return (examples + batchSize - 1) / batchSize;
  }

  /**
   * How far a round can move an entry, with a margin: a step of AdamW is rarely longer than the
   * learning rate.
   *
   * @param examples of the client, or the most that one may have
   */
  public double reach(long examples) {
    return 4 * Math.max(learningRate, headLearningRate) * stepsOfRound(examples);
  }

  /** Optimizer steps of a client with so many examples in every round. */
  public long stepsOfRound(long examples) {
    return steps.map(Integer::longValue).orElse(epochs * stepsOfEpoch(examples));
  }
}
