package dev.weft.core.config;

import dev.weft.core.method.LearningRateSchedule;
import dev.weft.core.method.LocalTraining;
import java.util.Optional;

/**
 * Local training on a client.
 *
 * @param localSteps optimizer steps per round, going on through the shuffled data where the last
 *     round stopped; empty for {@code localEpochs} whole passes
 * @param learningRate empty for the adapter's own
 * @param warmUp share of all steps of the run in which the rates rise
 */
public record TrainingConfig(
    int localEpochs,
    Optional<Integer> localSteps,
    int batchSize,
    Optional<Double> learningRate,
    double headLearningRate,
    double weightDecay,
    LearningRateSchedule.Shape schedule,
    double warmUp) {

  public TrainingConfig {
    Check.atLeast("local-epochs", localEpochs, 1);
    localSteps.ifPresent(steps -> Check.atLeast("local-steps", steps, 1));
    Check.between("batch-size", batchSize, 1, 4096);
    learningRate.ifPresent(rate -> Check.positive("learning-rate", rate));
    Check.positive("head-learning-rate", headLearningRate);
    Check.notNegative("weight-decay", weightDecay);
    Check.that(warmUp >= 0 && warmUp < 1, "warm-up", "must be a share below 1", warmUp);
  }

  /** What clients do, where this leaves the learning rate to the adapter. */
  public LocalTraining with(double ownLearningRate) {
    return new LocalTraining(
        localEpochs,
        localSteps,
        batchSize,
        learningRate.orElse(ownLearningRate),
        headLearningRate,
        weightDecay,
        new LearningRateSchedule(schedule, warmUp));
  }

  /** This configuration with a learning rate in place of what it leaves open. */
  public TrainingConfig resolved(double ownLearningRate) {
    return new TrainingConfig(
        localEpochs,
        localSteps,
        batchSize,
        Optional.of(learningRate.orElse(ownLearningRate)),
        headLearningRate,
        weightDecay,
        schedule,
        warmUp);
  }
}
