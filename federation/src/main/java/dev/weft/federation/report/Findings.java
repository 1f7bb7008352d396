package dev.weft.federation.report;

import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.SitesEvaluation;
import java.util.Optional;

/**
 * What was found out about a state.
 *
 * @param evaluation on the coordinator's held-out examples; empty if it has none, could not
 *     measure, or the run ended before
 * @param atSites what became of asking the sites; empty if nobody was asked, or none has held-out
 *     examples
 * @param failure why the coordinator could not measure, in one sentence; empty if it could, or had
 *     nothing to measure on
 */
public record Findings(
    Optional<Evaluation> evaluation, Optional<SitesEvaluation> atSites, Optional<String> failure) {

  public static final Findings NONE =
      new Findings(Optional.empty(), Optional.empty(), Optional.empty());

  /** Of a coordinator that measures by itself. */
  public static Findings of(Optional<Evaluation> evaluation) {
    return new Findings(evaluation, Optional.empty(), Optional.empty());
  }

  Findings with(Evaluation measured) {
    return new Findings(Optional.of(measured), atSites, Optional.empty());
  }

  Findings with(SitesEvaluation asked) {
    return new Findings(evaluation, Optional.of(asked), failure);
  }

  Findings without(String why) {
    return new Findings(Optional.empty(), atSites, Optional.of(why));
  }
}
