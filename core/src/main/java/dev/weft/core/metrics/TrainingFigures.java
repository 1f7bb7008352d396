package dev.weft.core.metrics;

import java.util.OptionalDouble;

/**
 * What a local training measured about itself; repetitions count.
 *
 * @param meanLoss mean cross entropy over the examples, each at the moment it was seen, in nats;
 *     empty where the client keeps it to itself
 * @param examplesProcessed examples seen
 * @param tokensProcessed their tokens, without padding
 * @param steps optimizer steps taken
 */
public record TrainingFigures(
    OptionalDouble meanLoss, long examplesProcessed, long tokensProcessed, int steps) {

  public TrainingFigures(double meanLoss, long examplesProcessed, long tokensProcessed, int steps) {
    this(OptionalDouble.of(meanLoss), examplesProcessed, tokensProcessed, steps);
  }

  /** The same without the loss. */
  public TrainingFigures withoutLoss() {
    return new TrainingFigures(OptionalDouble.empty(), examplesProcessed, tokensProcessed, steps);
  }
}
