package dev.weft.core.config;

import java.time.Duration;

/** The cohort of a round and its deadlines. */
public record RoundConfig(
    double fraction,
    int minClients,
    Duration offerDeadline,
    Duration progressDeadline,
    Duration aggregationDeadline,
    Duration evaluationDeadline) {
  public RoundConfig {
    Check.that(fraction > 0 && fraction <= 1, "fraction", "must be in (0, 1]", fraction);
    Check.atLeast("min-clients", minClients, 1);
    Check.positive("offer-deadline", offerDeadline);
    Check.positive("progress-deadline", progressDeadline);
    Check.positive("aggregation-deadline", aggregationDeadline);
    Check.positive("evaluation-deadline", evaluationDeadline);
  }

  /** How many of these clients a round asks: the fraction, but at least {@code minClients}. */
  public int cohortSize(int clients) {
    return Math.max(minClients, (int) Math.ceil(fraction * clients));
  }
}
