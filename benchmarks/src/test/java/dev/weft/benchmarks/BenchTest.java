package dev.weft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.error.WeftException;
import dev.weft.finetune.torch.Precision;
import dev.weft.finetune.transformer.Rematerialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BenchTest {

  @Test
  void quickRunMeasuresEveryStepThatItAnnounces() {
    Heard heard = new Heard();
    Bench.Options options =
        new Bench.Options("cpu", List.of(Shape.TINY), Set.of(Precision.FLOAT32), List.of(1), true);

    Report report = new Bench(options, heard).run();

    assertThat(report.rows()).extracting(Report.Row::plan).isEqualTo(heard.started).hasSize(2);
    assertThat(report.peaks().products())
        .allSatisfy(product -> assertThat(product.flopsPerSecond()).isPositive());
    assertThat(report.rows())
        .allSatisfy(
            row -> {
              assertThat(row.figures().tokensPerSecond()).isPositive();
              assertThat(Report.fractionOfPeak(report.peaks(), row)).isBetween(0.0, 1.0);
              assertThat(row.figures().parts().values().stream().mapToDouble(part -> part).sum())
                  .isCloseTo(1, within(1e-9));
              assertThat(row.figures().parts().get(StepPart.LINEAR)).isPositive();
              assertThat(row.figures().parts().get(StepPart.OPTIMIZER)).isPositive();
            });
    assertThat(report.rows().get(1).figures().parts().get(StepPart.DECODE)).isPositive();
  }

  @Test
  void measurementThatFailsIsOneSentence() {
    StepPlan impossible =
        new StepPlan(
            "cuda:99",
            Shape.TINY,
            1,
            16,
            Weights.NONE,
            Precision.FLOAT32,
            1,
            1,
            Rematerialization.NOTHING,
            1,
            1);

    assertThatThrownBy(() -> FreshProcess.ask(StepMeasurement.class, impossible, StepFigures.class))
        .isInstanceOf(WeftException.class)
        .hasMessageContaining("cuda:99")
        .message()
        .doesNotContain("\n");
  }

  /** Remembers which steps were announced. */
  private static final class Heard implements Bench.Listener {
    private final List<StepPlan> started = new ArrayList<>();

    @Override
    public void peaksStarted() {}

    @Override
    public void peaksMeasured(Peaks peaks) {}

    @Override
    public void skipped(Precision precision) {}

    @Override
    public void stepStarted(StepPlan plan, int done, int total) {
      started.add(plan);
    }

    @Override
    public void stepMeasured(Report.Row row, double fractionOfPeak) {}
  }
}
