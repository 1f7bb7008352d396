package dev.weft.federation.report;

import dev.weft.coordinator.RoundMetrics;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.Metric;
import dev.weft.core.metrics.SitesEvaluation;
import java.util.Optional;

/**
 * A committed round with what its result was worth.
 *
 * @param findings about its result
 */
public record MeasuredRound(RoundMetrics metrics, Findings findings) {

  /** On the coordinator's held-out examples; empty if that was not measured. */
  public Optional<Evaluation> evaluation() {
    return findings.evaluation();
  }

  /** Empty if no site has held-out examples, or none was asked. */
  public Optional<SitesEvaluation> atSites() {
    return findings.atSites();
  }

  /** NaN if it was not measured. */
  public double testLoss() {
    return evaluation().map(Evaluation::loss).orElse(Double.NaN);
  }

  /** NaN if it was not measured. */
  public double score(Metric metric) {
    return evaluation().map(one -> one.score(metric).orElse(Double.NaN)).orElse(Double.NaN);
  }
}
