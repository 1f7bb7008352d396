package dev.weft.federation.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.coordinator.RoundMetrics;
import dev.weft.coordinator.RunEvent;
import dev.weft.core.Digest;
import dev.weft.core.metrics.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MeasurementsTest {
  private static final Evaluation MEASURED = Evaluation.classification(0.5, 0.8, 0.7, 10);

  private final List<Object> kept = new ArrayList<>();
  private final Measurements measurements =
      new Measurements(
          new Measurements.Keeper() {
            @Override
            public void start(Optional<Evaluation> evaluation) {
              kept.add(evaluation);
            }

            @Override
            public void round(MeasuredRound round) {
              kept.add(round);
            }
          });

  @Test
  void aRoundIsKeptWithItsMeasurement() {
    tell(new RunEvent.Evaluated(0, MEASURED), committed(1), new RunEvent.Evaluated(1, MEASURED));

    assertThat(kept)
        .containsExactly(
            Optional.of(MEASURED), new MeasuredRound(metrics(1), Optional.of(MEASURED)));
  }

  @Test
  void aRoundThatCouldNotBeMeasuredIsKeptAllTheSame() {
    tell(
        new RunEvent.EvaluationFailed(0, "no data"),
        committed(1),
        new RunEvent.EvaluationFailed(1, "no data"),
        committed(2),
        new RunEvent.Evaluated(2, MEASURED));

    assertThat(kept)
        .containsExactly(
            Optional.empty(),
            new MeasuredRound(metrics(1), Optional.empty()),
            new MeasuredRound(metrics(2), Optional.of(MEASURED)));
  }

  private void tell(RunEvent... events) {
    for (RunEvent event : events) {
      measurements.accept(event);
    }
  }

  private static RunEvent committed(int round) {
    return new RunEvent.RoundCommitted(metrics(round), Digest.of(new byte[] {1}));
  }

  private static RoundMetrics metrics(int round) {
    return new RoundMetrics(round, 2, 10, 10, 0.5, 1, 1, 0, 0, 1);
  }
}
