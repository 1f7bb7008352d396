package dev.weft.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.coordinator.RunOutcome;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.tensor.Safetensors;
import dev.weft.core.tensor.TensorMap;
import dev.weft.federation.report.RunReport;
import dev.weft.finetune.data.LabelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run leaves behind is complete and enough to repeat it. */
class RunFolderTest {
  private static final String LAYER = "base_model.model.bert.encoder.layer.5.attention.self.query";

  @TempDir private static Path output;
  private static Path folder;
  private static SimulationResult<RunReport> result;

  @BeforeAll
  static void runOnce() {
    folder = output.resolve("first");
    result =
        new Simulation(
                Tiny.config("simulation.centralized-reference=true"), SimulationListener.SILENT)
            .run(Tiny.folder(folder));
  }

  @Test
  void itHoldsEveryFileAndNoDrafts() throws IOException {
    assertThat(result.outcome()).isInstanceOf(RunOutcome.Completed.class);
    try (var files = Files.walk(folder)) {
      assertThat(
              files
                  .filter(Files::isRegularFile)
                  .map(file -> folder.relativize(file).toString())
                  .filter(file -> !file.startsWith("state/artifacts/")))
          .containsExactlyInAnyOrder(
              "state/journal.mv.db",
              "report.html",
              "metrics.jsonl",
              "summary.json",
              "config.conf",
              "provenance.json",
              "adapter/adapter_config.json",
              "adapter/labels.json",
              "adapter/adapter_model.safetensors");
    }
  }

  @Test
  void theSummaryHasEveryKeyAndTheReportsNumbers() throws IOException {
    JsonNode summary = json("summary.json");
    assertThat(summary.get("method").asText()).isEqualTo("fed-sb");
    assertThat(summary.get("seed").asLong()).isEqualTo(7);
    assertThat(summary.at("/start/accuracy").asDouble()).isBetween(0.0, 1.0);
    assertThat(summary.get("rounds")).hasSize(2);
    assertThat(summary.get("rounds"))
        .allSatisfy(
            round -> {
              assertThat(round.get("trainLoss").asDouble()).isPositive();
              assertThat(round.get("accuracy").asDouble()).isBetween(0.0, 1.0);
              assertThat(round.get("macroF1").asDouble()).isBetween(0.0, 1.0);
              assertThat(round.get("bytesUp").asLong()).isPositive();
              assertThat(round.get("bytesDown").asLong()).isPositive();
              assertThat(round.get("aggregationError").isNumber()).isTrue();
              assertThat(round.get("seconds").asDouble()).isPositive();
            });
    assertThat(summary.get("final")).isEqualTo(summary.at("/rounds/1"));
    assertThat(summary.at("/centralized/accuracy").isNumber()).isTrue();
    assertThat(summary.at("/model/parameters").asLong()).isGreaterThan(22_000_000);
    assertThat(summary.at("/model/quantization").asText()).isNotBlank();
    assertThat(summary.at("/model/bitsPerWeight").asDouble()).isBetween(4.0, 4.5);
    assertThat(summary.at("/model/residentBytes").asLong()).isPositive();
    assertThat(summary.at("/model/digest").asText()).hasSize(64);
    assertThat(summary.get("adapterDigest").asText())
        .isEqualTo(result.report().adapterDigest().hex());
    assertThat(summary.get("examplesPerSecond").asDouble()).isPositive();
    assertThat(summary.get("phases").fieldNames())
        .toIterable()
        .containsExactly("opening", "start", "rounds", "writing", "reference");
    double sum = 0;
    for (JsonNode seconds : summary.get("phases")) {
      assertThat(seconds.asDouble()).isPositive();
      sum += seconds.asDouble();
    }
    assertThat(summary.get("wallSeconds").asDouble()).isCloseTo(sum, within(1e-9));
    assertThat(summary.get("warnings")).isEmpty();
  }

  @Test
  void metricsHaveALineOfTheStartAndOnePerRoundThatTheSummaryRepeats() throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("metrics.jsonl"));
    JsonNode summary = json("summary.json");
    assertThat(lines).hasSize(3);
    assertThat(new ObjectMapper().readTree(lines.get(0)).get("testLoss"))
        .isEqualTo(summary.at("/start/testLoss"));
    for (int round = 1; round <= 2; round++) {
      assertThat(new ObjectMapper().readTree(lines.get(round)))
          .isEqualTo(summary.get("rounds").get(round - 1));
    }
  }

  @Test
  void provenanceNamesTheSameBytesAsTheSummary() throws IOException {
    JsonNode provenance = json("provenance.json");
    JsonNode summary = json("summary.json");
    assertThat(provenance.at("/digests/adapter")).isEqualTo(summary.get("adapterDigest"));
    assertThat(provenance.at("/digests/model")).isEqualTo(summary.at("/model/digest"));
    assertThat(provenance.get("seed").asLong()).isEqualTo(7);
    assertThat(provenance.get("versions").fieldNames())
        .toIterable()
        .contains("weft", "java", "djl", "pytorch");
    assertThat(provenance.get("versions"))
        .allSatisfy(version -> assertThat(version.asText()).isNotBlank().doesNotContain("${"));
  }

  @Test
  void theTimeOfTheRoundsIsNoLessThanThatOfAllRounds() throws IOException {
    JsonNode summary = json("summary.json");
    double rounds = 0;
    for (JsonNode round : summary.get("rounds")) {
      rounds += round.get("seconds").asDouble();
    }
    assertThat(summary.at("/phases/rounds").asDouble()).isGreaterThanOrEqualTo(rounds);
  }

  @Test
  void theAdaptersFolderSaysWhatItsClassesAre() throws IOException {
    LabelFile labels = LabelFile.in(folder.resolve("adapter")).orElseThrow();
    assertThat(labels.labels().names()).hasSize(25).isSorted().contains("noun.animal");
    assertThat(labels.maxTokens()).isEqualTo(12);
  }

  @Test
  void theAdapterIsInPeftForm() throws IOException {
    JsonNode config = json("adapter/adapter_config.json");
    assertThat(config.get("peft_type").asText()).isEqualTo("LORA");
    assertThat(config.get("r").asInt()).isEqualTo(4);
    TensorMap tensors = Safetensors.read(folder.resolve("adapter/adapter_model.safetensors"));
    assertThat(tensors.get(LAYER + ".lora_A.weight").shapeArray()).containsExactly(4, 384);
    assertThat(tensors.get(LAYER + ".lora_B.weight").shapeArray()).containsExactly(384, 4);
    assertThat(tensors.asMap()).containsKey("base_model.model.classifier.weight");
  }

  @Test
  void itsConfigurationLeavesNothingOpenAndLeadsToTheSameAdapter() throws IOException {
    Path written = folder.resolve("config.conf");
    WeftConfig config = ConfigLoader.load(Optional.of(written), Map.of());
    assertThat(config.method().rank()).contains(4);
    assertThat(config.method().scale()).isPresent();
    assertThat(config.data().trainExamples()).contains(72);
    assertThat(config.simulation().clients()).contains(3);
    assertThat(config.simulation().parallelism()).isPresent();
    RunReport repeated =
        new Simulation(config, SimulationListener.SILENT)
            .run(Tiny.folder(output.resolve("second")))
            .report();
    assertThat(repeated.adapterDigest()).isEqualTo(result.report().adapterDigest());
    assertThat(output.resolve("second/config.conf")).hasSameBinaryContentAs(written);
  }

  private static JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(name).toFile());
  }
}
