package dev.weft.federation.report;

import dev.weft.coordinator.RoundMetrics;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.Metric;
import java.util.Optional;

/**
 * A committed round with what its result was worth.
 *
 * @param evaluation on held-out examples; empty if that could not be measured, or the run ended
 *     before it was
 */
public record MeasuredRound(RoundMetrics metrics, Optional<Evaluation> evaluation) {

  /** NaN if it was not measured. */
  public double testLoss() {
    return evaluation.map(Evaluation::loss).orElse(Double.NaN);
  }

  /** NaN if it was not measured. */
  public double score(Metric metric) {
    return evaluation.map(one -> one.score(metric).orElse(Double.NaN)).orElse(Double.NaN);
  }
}
