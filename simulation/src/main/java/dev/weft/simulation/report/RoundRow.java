package dev.weft.simulation.report;

import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.Metric;
import java.util.Optional;

/**
 * What one committed round measured.
 *
 * @param round from 1
 * @param trainLoss mean over the clients, weighted by their examples
 * @param evaluation of the round's result on held-out examples; empty if it was not measured
 * @param bytesUp encoded updates of all clients
 * @param bytesDown artifacts fetched by all clients
 * @param aggregationError distance of the global change from the clients' weighted mean change,
 *     relative; NaN if it was not measured
 * @param fixedPointBound how far fixed point can have moved that weighted mean, relative; NaN if it
 *     was not measured
 */
public record RoundRow(
    int round,
    double trainLoss,
    Optional<Evaluation> evaluation,
    long bytesUp,
    long bytesDown,
    double aggregationError,
    double fixedPointBound,
    double seconds) {

  /** On held-out examples; NaN if it was not measured. */
  public double testLoss() {
    return evaluation.map(Evaluation::loss).orElse(Double.NaN);
  }

  /** NaN if it was not measured. */
  public double score(Metric metric) {
    return evaluation.map(one -> one.score(metric).orElse(Double.NaN)).orElse(Double.NaN);
  }
}
