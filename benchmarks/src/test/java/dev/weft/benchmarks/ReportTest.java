package dev.weft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.finetune.torch.Precision;
import dev.weft.finetune.transformer.Rematerialization;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ReportTest {
  private static final Peaks PEAKS =
      new Peaks(
          "cpu",
          List.of(
              new Peaks.Product(Precision.FLOAT32, "libtorch", 1, 80e9),
              new Peaks.Product(Precision.FLOAT32, "oneDNN", 1, 100e9),
              new Peaks.Product(Precision.BFLOAT16, "libtorch", 1, 1e9),
              new Peaks.Product(Precision.FLOAT32, "libtorch", 2, 160e9),
              new Peaks.Product(Precision.FLOAT32, "oneDNN", 2, 150e9),
              new Peaks.Product(Precision.BFLOAT16, "libtorch", 2, 2e9)),
          List.of(new Peaks.Bandwidth(1, 10e9, 20e9), new Peaks.Bandwidth(2, 30e9, 40e9)));
  private static final Report.Row ROW =
      new Report.Row(
          new StepPlan(
              "",
              Shape.TINY,
              2,
              16,
              Weights.NF4,
              Precision.FLOAT32,
              8,
              1,
              Rematerialization.BLOCKS,
              1,
              2),
          new StepFigures(1000, 900, 1200, 2_000_000, 1_000_000, Map.of(StepPart.ATTENTION, 0.25)));

  @Test
  void fractionCountsUsefulWorkAgainstTheFastestKernelOfAsManyWorkers() {
    double flopsPerToken = UsefulWork.flops(Shape.TINY.family(), 16) / 16;

    assertThat(Report.fractionOfPeak(PEAKS, ROW))
        .isCloseTo(1000 * flopsPerToken / 100e9, within(1e-12));
  }

  @Test
  void slowBfloat16IsMeasuredAgainstTheFloat32ThatStandsInForIt() {
    assertThat(PEAKS.attainable(Precision.BFLOAT16, 1)).isEqualTo(100e9);
    Peaks fast =
        new Peaks(
            "cpu",
            List.of(
                new Peaks.Product(Precision.FLOAT32, "libtorch", 1, 80e9),
                new Peaks.Product(Precision.BFLOAT16, "libtorch", 1, 300e9)),
            List.of());
    assertThat(fast.attainable(Precision.BFLOAT16, 1)).isEqualTo(300e9);
    assertThat(fast.attainable(Precision.FLOAT32, 1)).isEqualTo(80e9);
  }

  @Test
  void jsonGivesPeaksOfTheMostWorkersAndEveryStep() throws IOException {
    JsonNode json =
        new ObjectMapper().readTree(new Report(PEAKS, List.of(1, 2), List.of(ROW)).toJson());

    assertThat(json.at("/peaks/f32").asDouble()).isEqualTo(160e9);
    assertThat(json.at("/peaks/bf16").asDouble()).isEqualTo(2e9);
    assertThat(json.at("/bandwidth/copy").asDouble()).isEqualTo(30e9);
    assertThat(json.at("/steps")).hasSize(1);
    JsonNode step = json.at("/steps/0");
    assertThat(step.path("shape").asText()).isEqualTo("tiny");
    assertThat(step.path("quantization").asText()).isEqualTo("nf4");
    assertThat(step.path("precision").asText()).isEqualTo("f32");
    assertThat(step.path("lanes").asInt()).isEqualTo(8);
    assertThat(step.path("workers").asInt()).isEqualTo(1);
    assertThat(step.path("tokensPerSecond").asDouble()).isEqualTo(1000);
    assertThat(step.path("spread").asDouble()).isCloseTo(0.3, within(1e-12));
    assertThat(step.path("warmUpSteps").asInt()).isEqualTo(1);
    assertThat(step.path("fractionOfPeak").asDouble()).isEqualTo(Report.fractionOfPeak(PEAKS, ROW));
    assertThat(step.path("peakResidentBytes").asLong()).isEqualTo(2_000_000);
    assertThat(step.at("/parts/attention").asDouble()).isEqualTo(0.25);
  }
}
