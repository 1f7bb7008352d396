package dev.weft.core.config;

import java.util.Optional;

/**
 * Local training on a client.
 *
 * @param localSteps optimizer steps per round, going on through the shuffled data where the last
 *     round stopped; empty for {@code localEpochs} whole passes
 */
public record TrainingConfig(
    int localEpochs,
    Optional<Integer> localSteps,
    int batchSize,
    double learningRate,
    double headLearningRate,
    double weightDecay) {
  public TrainingConfig {
    Check.atLeast("local-epochs", localEpochs, 1);
    localSteps.ifPresent(steps -> Check.atLeast("local-steps", steps, 1));
    Check.between("batch-size", batchSize, 1, 4096);
    Check.positive("learning-rate", learningRate);
    Check.positive("head-learning-rate", headLearningRate);
    Check.notNegative("weight-decay", weightDecay);
  }
}
