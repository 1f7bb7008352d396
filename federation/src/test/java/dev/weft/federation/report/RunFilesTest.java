package dev.weft.federation.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.core.error.WeftException;
import dev.weft.core.metrics.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFilesTest {
  private static final String[] ROUND_KEYS = {
    "round",
    "trainLoss",
    "testLoss",
    "accuracy",
    "macroF1",
    "bytesUp",
    "bytesDown",
    "aggregationError",
    "fixedPointBound",
    "seconds"
  };

  @TempDir Path output;
  private Path folder;

  @BeforeEach
  void nameAFolderThatIsNotThere() {
    folder = output.resolve("run");
  }

  @Test
  void theSummaryHasItsKeysInOrderAndItsNumbers() throws IOException {
    RunFiles.create(folder).report(SampleReports.run());
    JsonNode summary = json("summary.json");
    assertThat(summary.fieldNames())
        .toIterable()
        .containsExactly(
            "name",
            "method",
            "status",
            "seed",
            "start",
            "rounds",
            "final",
            "model",
            "centralized",
            "adapterDigest",
            "examplesPerSecond",
            "wallSeconds",
            "phases",
            "warnings");
    assertThat(summary.get("start").fieldNames())
        .toIterable()
        .containsExactly("testLoss", "accuracy", "macroF1");
    assertThat(summary.at("/start/testLoss").doubleValue()).isEqualTo(2.9);
    assertThat(summary.get("rounds")).hasSize(5);
    assertThat(summary.get("rounds"))
        .allSatisfy(
            round -> assertThat(round.fieldNames()).toIterable().containsExactly(ROUND_KEYS));
    assertThat(summary.get("final")).isEqualTo(summary.get("rounds").get(4));
    assertThat(summary.at("/final/accuracy").doubleValue()).isEqualTo(0.8235);
    assertThat(summary.at("/rounds/0/bytesDown").longValue()).isEqualTo(1_410_000);
    assertThat(summary.get("model").fieldNames())
        .toIterable()
        .containsExactly(
            "name", "parameters", "quantization", "bitsPerWeight", "residentBytes", "digest");
    assertThat(summary.at("/centralized/macroF1").doubleValue()).isEqualTo(0.726);
    assertThat(summary.get("adapterDigest").textValue())
        .isEqualTo(SampleReports.run().adapterDigest().hex());
  }

  @Test
  void aLanguageModelsRoundsHaveItsOwnMetrics() throws IOException {
    RunFiles.create(folder).report(SampleReports.language());
    JsonNode summary = json("summary.json");
    assertThat(summary.at("/rounds/1").fieldNames())
        .toIterable()
        .containsExactly(
            "round",
            "trainLoss",
            "testLoss",
            "perplexity",
            "tokenAccuracy",
            "bytesUp",
            "bytesDown",
            "aggregationError",
            "fixedPointBound",
            "seconds");
    assertThat(summary.at("/rounds/1/testLoss").doubleValue()).isEqualTo(1.5);
    assertThat(summary.at("/rounds/1/perplexity").doubleValue()).isEqualTo(Math.exp(1.5));
    assertThat(summary.at("/final/perplexity").isNull()).isTrue();
    assertThat(summary.at("/centralized/tokenAccuracy").doubleValue()).isEqualTo(0.55);
  }

  @Test
  void aRunWithoutCommittedRoundHasNoFinalNumbers() throws IOException {
    RunFiles.create(folder).report(SampleReports.withoutRounds());
    assertThat(json("summary.json").get("final").isNull()).isTrue();
    assertThat(json("summary.json").has("start")).isFalse();
    assertThat(json("summary.json").has("centralized")).isFalse();
  }

  @Test
  void aComparisonHasEveryMethodWithItsRounds() throws IOException {
    RunFiles.create(folder).report(SampleReports.comparison());
    JsonNode methods = json("summary.json").get("methods");
    assertThat(methods).hasSize(7);
    assertThat(methods.get(6).get("method").textValue()).isEqualTo("fed-sb");
    assertThat(methods.get(6).at("/start/accuracy").doubleValue()).isEqualTo(0.4512);
    assertThat(methods.get(6).get("final")).isEqualTo(methods.get(6).at("/rounds/4"));
  }

  @Test
  void metricsGrowByOneLineWhenARoundEnds() throws IOException {
    RunFiles files = RunFiles.create(folder);
    List<MeasuredRound> rounds = SampleReports.run().rounds();
    for (int ended = 1; ended <= rounds.size(); ended++) {
      files.round(rounds.get(ended - 1));
      List<String> lines = Files.readAllLines(folder.resolve("metrics.jsonl"));
      assertThat(lines).hasSize(ended);
      JsonNode last = new ObjectMapper().readTree(lines.get(ended - 1));
      assertThat(last.fieldNames()).toIterable().containsExactly(ROUND_KEYS);
      assertThat(last.get("round").intValue()).isEqualTo(ended);
    }
  }

  @Test
  void theStartIsARoundZeroThatHasOnlyWhatWasMeasured() throws IOException {
    RunFiles files = RunFiles.create(folder);
    files.start(SampleReports.language().start());
    JsonNode start = json("metrics.jsonl");
    assertThat(start.fieldNames())
        .toIterable()
        .containsExactly("round", "testLoss", "perplexity", "tokenAccuracy");
    assertThat(start.get("round").intValue()).isZero();
    assertThat(start.get("testLoss").doubleValue()).isEqualTo(3);
  }

  @Test
  void theWholeTimeIsTheSumOfItsPhases() throws IOException {
    RunFiles.create(folder).report(SampleReports.run());
    assertThat(json("summary.json").get("wallSeconds").doubleValue()).isEqualTo(213.4);
    assertThat(json("summary.json").at("/phases/opening").doubleValue()).isEqualTo(3.4);
  }

  @Test
  void aFolderIsOneRunsAlone() throws IOException {
    RunFiles.create(folder).round(SampleReports.run().rounds().get(0));
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> RunFiles.create(folder))
        .withMessageContaining(
            "run.name: " + folder + " exists already; choose another name or remove that folder");
    assertThat(Files.readAllLines(folder.resolve("metrics.jsonl"))).hasSize(1);
  }

  @Test
  void ofManyRunsAtOnceEveryOneHasAFolder() {
    RunFolder wanted = new RunFolder(folder, false);
    List<Path> made =
        IntStream.range(0, 8)
            .parallel()
            .mapToObj(i -> wanted.make().folder().getFileName())
            .sorted()
            .toList();
    assertThat(made)
        .extracting(Path::toString)
        .containsExactly("run", "run-2", "run-3", "run-4", "run-5", "run-6", "run-7", "run-8");
  }

  @Test
  void ofManyRunsOfOneNameAtOnceOneHasTheFolder() {
    long made =
        IntStream.range(0, 8)
            .parallel()
            .filter(
                i -> {
                  try {
                    RunFiles.create(folder);
                    return true;
                  } catch (WeftException e) {
                    return false;
                  }
                })
            .count();
    assertThat(made).isOne();
  }

  @Test
  void aLinkThatLeadsNowhereIsInTheWay() throws IOException {
    Files.createSymbolicLink(folder, output.resolve("nowhere"));
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> RunFiles.create(folder))
        .withMessageContaining("exists already");
  }

  @Test
  void aLinkToAFolderMayHoldRuns() throws IOException {
    Path real = Files.createDirectory(output.resolve("real"));
    Path link = Files.createSymbolicLink(output.resolve("link"), real);
    RunFiles.create(link.resolve("run"));
    assertThat(real.resolve("run/metrics.jsonl")).exists();
  }

  @Test
  void whatIsNotFiniteIsNullInJson() throws IOException {
    RunFiles.create(folder)
        .round(
            SampleReports.row(
                1,
                Double.POSITIVE_INFINITY,
                Optional.of(Evaluation.classification(Double.NaN, 0.5, 0.5, 10)),
                1,
                1,
                Double.NaN,
                0,
                1));
    JsonNode round = json("metrics.jsonl");
    assertThat(round.get("aggregationError").isNull()).isTrue();
    assertThat(round.get("trainLoss").isNull()).isTrue();
    assertThat(round.get("testLoss").isNull()).isTrue();
    assertThat(round.get("accuracy").doubleValue()).isEqualTo(0.5);
  }

  @Test
  void whatWasNotMeasuredIsNullInJson() throws IOException {
    RunFiles files = RunFiles.create(folder);
    files.start(Findings.NONE);
    files.round(SampleReports.row(1, 0.5, Optional.empty(), 10, 20, 0, 0, 1));
    List<String> lines = Files.readAllLines(folder.resolve("metrics.jsonl"));
    assertThat(lines.get(0)).isEqualTo("{\"round\":0,\"testLoss\":null}");
    JsonNode round = new ObjectMapper().readTree(lines.get(1));
    assertThat(round.get("testLoss").isNull()).isTrue();
    assertThat(round.get("trainLoss").doubleValue()).isEqualTo(0.5);
    assertThat(round.has("accuracy")).isFalse();
  }

  @Test
  void whoMeasuredIsInTheMetricsAndTheSummary() throws IOException {
    RunReport report = SampleReports.atSites("north");
    RunFiles files = RunFiles.create(folder);
    files.start(report.start());
    report.rounds().forEach(files::round);
    files.report(report);

    List<String> lines = Files.readAllLines(folder.resolve("metrics.jsonl"));
    JsonNode start = new ObjectMapper().readTree(lines.get(0));
    assertThat(start.get("testLoss").isNull()).isTrue();
    assertThat(start.get("atSites").get("accuracy").doubleValue()).isEqualTo(0.2125);
    assertThat(new ObjectMapper().readTree(lines.get(2)).has("atSites")).isFalse();
    JsonNode summary = json("summary.json");
    assertThat(summary.get("start").get("atSites")).isEqualTo(start.get("atSites"));
    assertThat(summary.get("final").get("atSites").toString())
        .isEqualTo(
            "{\"sites\":[\"north\",\"south\"],\"examples\":400,\"testLoss\":1.25,"
                + "\"accuracy\":0.6375,\"spread\":{\"testLoss\":{\"min\":0.5,\"max\":1.5,"
                + "\"deviation\":0.5},\"accuracy\":{\"min\":0.6,\"max\":0.75,"
                + "\"deviation\":0.07500000000000001}},\"withheld\":[\"east\"],"
                + "\"missing\":{\"west\":\"is not here\"},\"bytesDown\":1000}");
  }

  @Test
  void provenanceNamesSeedDigestsAndVersions() throws IOException {
    RunFiles.create(folder)
        .provenance(
            new Provenance(
                "fed-sb",
                7,
                Map.of("model", SampleReports.MODEL.digest()),
                Map.of("java", "17.0.2", "djl", "0.35.1")));
    JsonNode provenance = json("provenance.json");
    assertThat(provenance.get("seed").longValue()).isEqualTo(7);
    assertThat(provenance.at("/digests/model").textValue())
        .isEqualTo(SampleReports.MODEL.digest().hex());
    assertThat(provenance.get("versions").fieldNames()).toIterable().containsExactly("djl", "java");
  }

  @Test
  void noDraftIsLeftBehind() throws IOException {
    RunFiles files = RunFiles.create(folder);
    files.configuration("run { seed = 7 }\n");
    files.report(SampleReports.run());
    try (Stream<Path> names = Files.list(folder)) {
      assertThat(names.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("config.conf", "metrics.jsonl", "report.html", "summary.json");
    }
    assertThat(folder.resolve("config.conf")).content(UTF_8).isEqualTo("run { seed = 7 }\n");
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.writeString(output.resolve("taken"), "");
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> RunFiles.create(file.resolve("run")))
        .withMessageContaining("taken cannot be written, for")
        .withMessageContaining("taken is a file and no folder");
  }

  private JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(Files.readString(folder.resolve(name)));
  }
}
