package dev.weft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.error.WeftException;
import dev.weft.finetune.torch.Precision;
import dev.weft.finetune.transformer.Rematerialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BenchTest {

  @Test
  void quickRunMeasuresEveryStepThatItAnnounces() {
    Heard heard = new Heard();
    Bench.Options options =
        new Bench.Options(
            "cpu", List.of(Shape.TINY), Set.of(Precision.FLOAT32), List.of(1), Effort.TRIAL);

    Report report = new Bench(options, heard).run();

    assertThat(report.rows()).extracting(Report.Row::plan).isEqualTo(heard.started).hasSize(2);
    assertThat(report.peaks().products())
        .allSatisfy(product -> assertThat(product.flopsPerSecond()).isPositive());
    assertThat(report.rows())
        .allSatisfy(
            row -> {
              assertThat(row.figures().tokensPerSecond()).isPositive();
              assertThat(Report.fractionOfPeak(report.peaks(), row)).isPositive();
              assertThat(row.figures().tokensPerSecond())
                  .isBetween(
                      row.figures().lowestTokensPerSecond(),
                      row.figures().highestTokensPerSecond());
              assertThat(row.figures().parts().values().stream().mapToDouble(part -> part).sum())
                  .isCloseTo(1, within(1e-9));
              assertThat(row.figures().parts().get(StepPart.LINEAR)).isPositive();
              assertThat(row.figures().parts().get(StepPart.OPTIMIZER)).isPositive();
            });
    assertThat(report.rows().get(1).figures().parts().get(StepPart.DECODE)).isPositive();
  }

  @Test
  void rowsWithoutTimeAreLeftOutAndSaidSo() {
    Heard heard = new Heard();
    Effort trial = Effort.TRIAL;
    Effort hurried =
        new Effort(
            Optional.of(Duration.ZERO),
            trial.productSizes(),
            trial.copiedBytes(),
            trial.peakSeconds(),
            trial.steps(),
            trial.everyRow());

    Report report =
        new Bench(
                new Bench.Options("cpu", List.of(Shape.TINY), Set.of(), List.of(1), hurried), heard)
            .run();

    assertThat(report.rows()).isEmpty();
    assertThat(heard.leftOut).isEqualTo(4);
  }

  @Test
  void oneWorkersRowsOfBothPrecisionsComeFirst() {
    List<StepPlan> plans =
        new StepPlans(
                new Bench.Options(
                    "cpu",
                    List.of(Shape.MINILM, Shape.SMOLLM2_135M),
                    Set.of(),
                    List.of(1, 2),
                    Effort.STANDARD))
            .inOrderOfImportance();

    assertThat(plans).extracting(StepPlan::workers).isSorted();
    for (Precision precision : Precision.values()) {
      assertThat(plans)
          .anyMatch(
              plan ->
                  plan.precision() == precision
                      && plan.workers() == 1
                      && plan.lanes() == 1
                      && plan.weights() == Weights.NONE
                      && plan.tokens() >= 128);
    }
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
    private int leftOut;

    @Override
    public void peaksStarted() {}

    @Override
    public void peaksMeasured(Peaks peaks) {}

    @Override
    public void stepStarted(StepPlan plan, int done, int total) {
      started.add(plan);
    }

    @Override
    public void stepMeasured(Report.Row row, double fractionOfPeak) {}

    @Override
    public void leftOut(int rows) {
      leftOut += rows;
    }
  }
}
