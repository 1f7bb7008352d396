package dev.weft.core.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Optional;

/**
 * The cohort of a round, what a client may weigh in it, and its deadlines.
 *
 * @param maxExamples what a client may claim to have trained on, at most; empty for as many as the
 *     largest client has
 * @param attempts how often a round may be tried; empty for what suits where it is played
 * @param retryDelay before the second try; twice as long before every further one, up to an hour
 */
public record RoundConfig(
    double fraction,
    int minClients,
    Optional<Long> maxExamples,
    @ResultsUnchanged Optional<Integer> attempts,
    @ResultsUnchanged Duration retryDelay,
    @ResultsUnchanged Duration offerDeadline,
    @ResultsUnchanged Duration progressDeadline,
    @ResultsUnchanged Duration aggregationDeadline,
    @ResultsUnchanged Duration evaluationDeadline) {
  private static final Duration AN_HOUR = Duration.ofHours(1);
  private static final int MOST_DOUBLINGS = 22;

  public RoundConfig {
    Check.that(fraction > 0 && fraction <= 1, "fraction", "must be in (0, 1]", fraction);
    Check.atLeast("min-clients", minClients, 1);
    maxExamples.ifPresent(most -> Check.atLeast("max-examples", most, 1));
    attempts.ifPresent(most -> Check.atLeast("attempts", most, 1));
    Check.deadline("retry-delay", retryDelay);
    Check.deadline("offer-deadline", offerDeadline);
    Check.deadline("progress-deadline", progressDeadline);
    Check.deadline("aggregation-deadline", aggregationDeadline);
    Check.deadline("evaluation-deadline", evaluationDeadline);
  }

  /**
   * How many of these clients a round asks: the fraction, rounded up, but at least {@code
   * minClients}. The product is that of the decimal that users write, since 0.07 · 100 in binary is
   * a little more than 7.
   */
  public int cohortSize(int clients) {
    BigDecimal share = BigDecimal.valueOf(fraction).multiply(BigDecimal.valueOf(clients));
    return Math.max(minClients, share.setScale(0, RoundingMode.CEILING).intValueExact());
  }

  /** How often a round may be tried. */
  public int attemptsOr(int suitable) {
    return attempts.orElse(suitable);
  }

  /**
   * How long a round rests before it is tried again.
   *
   * @param failures of that round so far, from 1
   */
  public Duration pauseAfter(int failures) {
    Duration longest = retryDelay.compareTo(AN_HOUR) > 0 ? retryDelay : AN_HOUR;
    Duration pause = retryDelay.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
    return pause.compareTo(longest) > 0 ? longest : pause;
  }

  /**
   * The most examples that a client of a round may weigh in with, agreed before the run so that
   * nobody is refused because of what another one claims.
   *
   * @param largest examples of the largest client
   */
  public long mostExamples(long largest) {
    return maxExamples.orElse(largest);
  }
}
