package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.benchmarks.Peaks;
import dev.weft.benchmarks.Report;
import dev.weft.benchmarks.Shape;
import dev.weft.benchmarks.StepFigures;
import dev.weft.benchmarks.StepPart;
import dev.weft.benchmarks.StepPlan;
import dev.weft.benchmarks.Weights;
import dev.weft.finetune.torch.Precision;
import dev.weft.finetune.transformer.Rematerialization;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchCommandTest {

  @Test
  void unknownShapeIsNamedTogetherWithThoseThereAre() {
    assertThat(complaint("bench", "--shape", "tiny,minil"))
        .contains("there is no minil")
        .contains("smollm2-135m");
  }

  @Test
  void aRoundWithoutTrainingIsMeasuredOnRealActors(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("round.json");

    Invocation round =
        Invocation.weft("bench", "round", "--clients", "3", "--json", file.toString());

    assertThat(round.err()).isEmpty();
    assertThat(round.status()).isZero();
    assertThat(round.out()).startsWith("a round of 3 clients without training: ");
    JsonNode figures = new ObjectMapper().readTree(file.toFile());
    assertThat(figures.fieldNames())
        .toIterable()
        .containsExactly("clients", "seconds", "peakResidentBytes");
    assertThat(figures.get("clients").intValue()).isEqualTo(3);
    assertThat(figures.get("seconds").doubleValue()).isPositive();
  }

  @Test
  void aRoundNeedsAClient() {
    assertThat(complaint("bench", "round", "--clients", "0"))
        .contains("--clients: must be between 1 and 1000000, got 0");
  }

  @Test
  void aSecureSumIsMeasuredWithRealKeysAndIsExact(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("secagg.json");

    Invocation sum =
        Invocation.weft(
            "bench",
            "secagg",
            "--clients",
            "9",
            "--values",
            "1000",
            "--dropout",
            "0.25",
            "--neighbours",
            "6",
            "--bits",
            "45",
            "--json",
            file.toString());

    assertThat(sum.err()).isEmpty();
    assertThat(sum.status()).isZero();
    assertThat(sum.out())
        .startsWith(
            "a secure sum of 9 clients with 1000 integers of 45 bits, 6 neighbours, threshold 4, 2"
                + " lost: ")
        .contains("the sum is exact");
    JsonNode figures = new ObjectMapper().readTree(file.toFile());
    assertThat(figures.fieldNames())
        .toIterable()
        .containsExactly(
            "clients", "values", "seconds", "serverSeconds", "bytesPerClient", "exact");
    assertThat(figures.get("clients").intValue()).isEqualTo(9);
    assertThat(figures.get("values").intValue()).isEqualTo(1000);
    assertThat(figures.get("exact").booleanValue()).isTrue();
    assertThat(figures.get("seconds").doubleValue())
        .isGreaterThan(figures.get("serverSeconds").doubleValue());
    // The vector takes 5625 bytes, shares for six neighbours some 700, the rest some 4000.
    assertThat(figures.get("bytesPerClient").longValue()).isBetween(7_000L, 14_000L);
  }

  @Test
  void aSecureSumNamesTheOptionThatIsWrong() {
    assertThat(complaint("bench", "secagg", "--clients", "4"))
        .contains("--clients: must be between 5 and 10000, got 4");
    assertThat(complaint("bench", "secagg", "--dropout", "1"))
        .contains("--dropout: must be at least 0 and less than 1, got 1.0");
    assertThat(complaint("bench", "secagg", "--neighbours", "7"))
        .contains("--neighbours: must be full or an even number from 2 on, got \"7\"");
    assertThat(complaint("bench", "secagg", "--suite", "FS2")).contains("there is no \"FS2\"");
    assertThat(complaint("bench", "secagg", "--clients", "6", "--values", "1", "--dropout", "0.5"))
        .contains("3 sites have sent their vectors where a sum of at least 5 may become known");
  }

  @Test
  void numberOfWorkersStartsAtOne() {
    assertThat(complaint("bench", "--workers", "2,0")).contains("--workers").contains("from 1 on");
  }

  @Test
  void rowOfAStepShowsSpeedMemoryAndWhereTheTimeGoes() {
    Peaks peaks =
        new Peaks(
            "cpu",
            List.of(new Peaks.Product(Precision.FLOAT32, "libtorch", 2, 1e9)),
            List.of(new Peaks.Bandwidth(2, 1e9, 1e9)));
    StepPlan plan =
        new StepPlan(
            "",
            Shape.TINY,
            1,
            16,
            Weights.NF4,
            Precision.FLOAT32,
            8,
            2,
            Rematerialization.BLOCKS,
            1,
            1);
    StepFigures figures =
        new StepFigures(
            1234, 1200, 1300, 1_500_000_000, 1_400_000_000, Map.of(StepPart.DECODE, 0.3));

    List<String> lines =
        BenchTables.steps(new Report(peaks, List.of(2), List.of(new Report.Row(plan, figures))));

    assertThat(lines.get(2))
        .startsWith("tiny 1×16 nf4 f32 in 8 lanes recomputing")
        .contains("1,234")
        .contains("1.50 GB")
        .contains("8.1 %")
        .contains("30 %");
  }

  private static String complaint(String... arguments) {
    StringWriter err = new StringWriter();
    Console console =
        new Console(new PrintWriter(new StringWriter()), new PrintWriter(err, true), 0);
    assertThat(Weft.run(console, arguments)).isEqualTo(Weft.BAD_INPUT);
    return err.toString();
  }
}
