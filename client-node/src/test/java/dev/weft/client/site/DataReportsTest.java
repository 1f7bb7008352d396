package dev.weft.client.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.core.Digest;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.ArtifactStore;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.core.error.WeftException;
import dev.weft.finetune.party.DataReport;
import dev.weft.protocol.ArtifactTransfer;
import dev.weft.protocol.RoundId;
import dev.weft.protocol.RunTerms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataReportsTest {
  private static final DataReport REPORT =
      new DataReport("own.csv", 2, 1, 0, 3, 34, Map.of("benign", 34));

  @TempDir private Path folder;

  @Test
  void aReportSaysWhatBecameOfEveryRecord() throws IOException {
    new DataReports(folder).keep("run-1", REPORT, Optional.empty());
    assertThat(Files.readString(folder.resolve("run-1.json")))
        .doesNotContain("heldOut")
        .contains("\"records\" : 40", "\"used\" : 34", "\"malformed\" : 2", "\"otherClass\" : 1")
        .contains("\"nothingToLearn\" : 3", "\"benign\" : 34");
  }

  @Test
  void whatIsHeldOutHasAReportOfItsOwn() throws IOException {
    DataReport heldOut = new DataReport("test.csv", 0, 4, 0, 0, 9, Map.of("benign", 9));

    new DataReports(folder).keep("run-1", REPORT, Optional.of(heldOut));

    JsonNode json = new ObjectMapper().readTree(folder.resolve("run-1.json").toFile());
    assertThat(json.get("records").intValue()).isEqualTo(40);
    assertThat(json.get("heldOut").get("source").textValue()).isEqualTo("test.csv");
    assertThat(json.get("heldOut").get("records").intValue()).isEqualTo(13);
    assertThat(json.get("heldOut").get("leftOut").get("otherClass").intValue()).isEqualTo(4);
  }

  /** The name comes from the coordinator. */
  @Test
  void aRunsNameLeadsNowhereElse() throws IOException {
    Path reports = folder.resolve("reports");
    for (String name :
        List.of("../out", "/tmp/x", "..", ".hidden", "a/b", "x\\y", "a".repeat(500))) {
      new DataReports(reports).keep(name, REPORT, Optional.empty());
    }
    try (Stream<Path> all = Files.walk(folder)) {
      assertThat(all.filter(Files::isRegularFile))
          .hasSize(7)
          .allMatch(file -> file.getParent().equals(reports));
    }
  }

  @Test
  void aSiteThatDoesNotSayWhatItsDataIsTakesNoPart() {
    ArtifactTransfer none =
        new ArtifactTransfer() {
          @Override
          public CompletionStage<ArtifactStore> fetch(
              RoundId id, Artifact artifact, Runnable alive) {
            return CompletableFuture.failedFuture(new IllegalStateException("nothing to fetch"));
          }

          @Override
          public CompletionStage<Void> leave(
              RoundId id, Artifact artifact, ArtifactStore from, Runnable alive) {
            return CompletableFuture.failedFuture(new IllegalStateException("nothing to leave"));
          }
        };
    try (OwnWorkplace workplace =
        new OwnWorkplace(
            "hospital-a",
            Optional.empty(),
            List.of(),
            none,
            new MemoryStore(),
            folder,
            folder,
            folder,
            event -> {})) {
      RunTerms terms =
          new RunTerms("run-1", Digest.of(new byte[] {1}), List.of("a", "b"), Map.of(), 3, 1000);
      assertThatExceptionOfType(CompletionException.class)
          .isThrownBy(() -> workplace.prepare(terms).toCompletableFuture().join())
          .withCauseInstanceOf(WeftException.class)
          .withMessageContaining("data.source: this site does not say which data it trains on");
    }
  }
}
