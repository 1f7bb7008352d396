package dev.weft.federation.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.coordinator.RoundMetrics;
import dev.weft.coordinator.RunEvent;
import dev.weft.coordinator.RunOutcome;
import dev.weft.core.Digest;
import dev.weft.core.metrics.AnswerCounts;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.PooledEvaluation;
import dev.weft.core.metrics.SitesEvaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MeasurementsTest {
  private static final Evaluation MEASURED = Evaluation.classification(0.5, 0.8, 0.7, 10);
  private static final SitesEvaluation ASKED =
      new SitesEvaluation(
          Optional.of(
              PooledEvaluation.of(
                  new TreeMap<>(Map.of("north", new AnswerCounts(4, 4, 3, 2))), true)),
          List.of(),
          new TreeMap<>(),
          0);
  private static final Digest STATE = Digest.of(new byte[] {1});
  private static final RunEvent STARTED = new RunEvent.RunStarted(STATE);

  private final List<Object> kept = new ArrayList<>();
  private final Measurements measurements =
      new Measurements(
          new Measurements.Keeper() {
            @Override
            public void start(Findings findings) {
              kept.add(findings);
            }

            @Override
            public void round(MeasuredRound round) {
              kept.add(round);
            }
          });

  @Test
  void aRoundIsKeptWithAllThatWasFoundOutWhateverCameFirst() {
    Findings both = new Findings(Optional.of(MEASURED), Optional.of(ASKED), Optional.empty());
    tell(
        STARTED,
        new RunEvent.EvaluatedAtSites(0, ASKED),
        new RunEvent.Evaluated(0, MEASURED),
        begun(1),
        committed(1),
        new RunEvent.Evaluated(1, MEASURED),
        new RunEvent.EvaluatedAtSites(1, ASKED));
    assertThat(kept).containsExactly(both);

    tell(begun(2));
    assertThat(kept).containsExactly(both, new MeasuredRound(metrics(1), both));
  }

  @Test
  void aRoundThatCouldNotBeMeasuredIsKeptAllTheSame() {
    tell(
        STARTED,
        new RunEvent.EvaluationFailed(0, "no data"),
        begun(1),
        committed(1),
        new RunEvent.EvaluationFailed(1, "no data"),
        begun(2),
        committed(2),
        new RunEvent.Evaluated(2, MEASURED),
        begun(3));

    Findings failed = new Findings(Optional.empty(), Optional.empty(), Optional.of("no data"));
    assertThat(kept)
        .containsExactly(
            failed,
            new MeasuredRound(metrics(1), failed),
            new MeasuredRound(metrics(2), Findings.of(Optional.of(MEASURED))));
  }

  @Test
  void whereNothingIsMeasuredNothingIsMissing() {
    tell(STARTED, begun(1), committed(1), begun(2));

    assertThat(kept).containsExactly(Findings.NONE, new MeasuredRound(metrics(1), Findings.NONE));
  }

  /** Beginnings of rounds are not told again. */
  @Test
  void aRunThatGoesOnTellsEveryRoundOnce() {
    tell(
        new RunEvent.Resumed(
            List.of(
                STARTED,
                new RunEvent.Evaluated(0, MEASURED),
                committed(1),
                new RunEvent.EvaluatedAtSites(1, ASKED),
                committed(2))),
        new RunEvent.Evaluated(2, MEASURED),
        new RunEvent.RunEnded(new RunOutcome.Completed(), null));

    assertThat(kept)
        .containsExactly(
            Findings.of(Optional.of(MEASURED)),
            new MeasuredRound(metrics(1), Findings.NONE.with(ASKED)),
            new MeasuredRound(metrics(2), Findings.of(Optional.of(MEASURED))));
  }

  private void tell(RunEvent... events) {
    for (RunEvent event : events) {
      measurements.accept(event);
    }
  }

  private static RunEvent begun(int round) {
    return new RunEvent.RoundStarted(round, 1, List.of("north"));
  }

  private static RunEvent committed(int round) {
    return new RunEvent.RoundCommitted(metrics(round), STATE);
  }

  private static RoundMetrics metrics(int round) {
    return new RoundMetrics(round, 2, 10, 10, 0.5, 1, 1, 0, 0, 1);
  }
}
