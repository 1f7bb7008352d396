package dev.weft.coordinator;

import dev.weft.coordinator.store.ArtifactDesk;
import dev.weft.core.metrics.TrainingFigures;

/**
 * What a committed round cost and brought.
 *
 * @param round counted from 1
 * @param clients clients whose updates are in the result
 * @param examples training examples behind those updates
 * @param examplesProcessed examples their training went through, repetitions included
 * @param trainLoss mean of the clients' training losses, weighted by examples, in nats; of those
 *     that say theirs, and NaN if none does
 * @param bytesUp encoded updates received, refused ones included
 * @param bytesDown encoded artifacts sent
 * @param aggregationError relative Frobenius distance from the weighted sum of the clients'
 *     products
 * @param fixedPointBound relative bound on the error caused by fixed-point integers
 * @param seconds from the offer until the result was durable
 */
public record RoundMetrics(
    int round,
    int clients,
    long examples,
    long examplesProcessed,
    double trainLoss,
    long bytesUp,
    long bytesDown,
    double aggregationError,
    double fixedPointBound,
    double seconds) {

  static RoundMetrics of(
      Round.Aggregated aggregated, ArtifactDesk.Traffic traffic, double seconds) {
    long examples = 0;
    long processed = 0;
    long lossExamples = 0;
    double lossSum = 0;
    for (Delivery delivery : aggregated.delivered().values()) {
      examples += delivery.examples();
      TrainingFigures training = delivery.upload().training();
      processed += training.examplesProcessed();
      if (training.meanLoss().isPresent()) {
        lossExamples += delivery.examples();
        lossSum += delivery.examples() * training.meanLoss().getAsDouble();
      }
    }
    return new RoundMetrics(
        aggregated.result().next().round(),
        aggregated.delivered().size(),
        examples,
        processed,
        lossSum / lossExamples,
        traffic.up(),
        traffic.down(),
        aggregated.result().aggregationError(),
        aggregated.result().fixedPointBound(),
        seconds);
  }
}
