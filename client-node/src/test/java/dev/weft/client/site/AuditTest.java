package dev.weft.client.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.client.audit.AuditChain;
import dev.weft.client.audit.AuditFile;
import dev.weft.core.Digest;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.ArtifactStore;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.core.metrics.TrainingFigures;
import dev.weft.protocol.ArtifactTransfer;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.RoundId;
import dev.weft.protocol.RunTerms;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a site does is in its record, and what it sends is there before it goes. */
class AuditTest {
  private static final Digest BASE = Digest.of(new byte[] {1});
  private static final RoundId ROUND = new RoundId("run-1", 2, 1);
  private static final Artifact UPDATE = new Artifact(Digest.of(new byte[] {7}), 123);

  @TempDir private Path folder;
  private Path file;
  private AuditFile record;
  private Audit audit;

  @BeforeEach
  void open() {
    file = folder.resolve("audit.jsonl");
    record = new AuditFile(file, InstantSource.system());
    audit = new Audit(record);
  }

  @AfterEach
  void close() {
    record.close();
  }

  @Test
  void aRunIsRecordedFromTheOfferToItsEnd() {
    RunTerms terms = terms(Map.of("method.name", "\"fedit\""));
    audit.hear(new SiteEvent.Preparing(terms));
    audit.hear(new SiteEvent.Prepared("run-1", 40));
    audit.hear(new SiteEvent.Replied(new ClientReply.Waiting(ROUND)));
    audit.hear(
        new SiteEvent.Replied(
            new ClientReply.Uploaded(ROUND, UPDATE, new TrainingFigures(0.5, 80, 900, 6), 1.5)));
    audit.hear(new SiteEvent.RunEnded("run-1", "completed", false));

    List<String> lines = AuditChain.linesOf(file);
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0))
        .contains("\"what\":\"offered\"", "\"method\":\"fedit\"", BASE.hex())
        .contains("\"terms\":\"" + Audit.digest(terms).hex());
    assertThat(lines.get(1)).contains("\"what\":\"accepted\"", "\"examples\":40");
    assertThat(lines.get(2))
        .contains("\"what\":\"trained\"", "\"round\":2,\"attempt\":1", "\"examples\":80")
        .contains("\"steps\":6");
    assertThat(lines.get(3)).contains("\"what\":\"ended\"", "\"outcome\":\"completed\"");
  }

  @Test
  void aRefusalHasItsSentence() {
    audit.hear(new SiteEvent.NotPrepared("run-1", "W-0413", "the run has 9 rounds"));
    assertThat(AuditChain.linesOf(file).get(0))
        .contains("\"what\":\"refused\"", "W-0413", "the run has 9 rounds");
  }

  @Test
  void whatIsSentIsOnTheDiskBeforeItGoes() {
    List<String> seen = new ArrayList<>();
    ArtifactTransfer transfer =
        new ArtifactTransfer() {
          @Override
          public CompletionStage<ArtifactStore> fetch(
              RoundId id, Artifact artifact, Runnable alive) {
            seen.addAll(AuditChain.linesOf(file));
            return CompletableFuture.completedFuture(new MemoryStore());
          }

          @Override
          public CompletionStage<Void> leave(
              RoundId id, Artifact artifact, ArtifactStore from, Runnable alive) {
            seen.addAll(AuditChain.linesOf(file));
            return CompletableFuture.completedFuture(null);
          }
        };
    ArtifactTransfer recording = audit.recording(transfer);

    recording.leave(ROUND, UPDATE, new MemoryStore(), () -> {});
    assertThat(seen).hasSize(1);
    assertThat(seen.get(0)).contains("\"what\":\"sent\"", UPDATE.digest().hex(), "\"bytes\":123");

    recording.fetch(ROUND, UPDATE, () -> {});
    assertThat(AuditChain.linesOf(file).get(1)).contains("\"what\":\"received\"");
    assertThat(AuditChain.of(file).broken()).isEmpty();
  }

  @Test
  void theDigestOfTermsIsOfAllOfThemInOneOrder() {
    Map<String, String> settings = new TreeMap<>(Map.of("a", "1", "b", "2", "c", "3"));
    Digest digest = Audit.digest(terms(settings));
    assertThat(Audit.digest(terms(Map.of("c", "3", "a", "1", "b", "2")))).isEqualTo(digest);
    assertThat(Audit.digest(terms(Map.of("c", "3", "a", "1", "b", "1")))).isNotEqualTo(digest);
    assertThat(Audit.digest(new RunTerms("run-1", BASE, List.of("x", "z"), settings, 3, 1000)))
        .isNotEqualTo(digest);
  }

  private static RunTerms terms(Map<String, String> settings) {
    return new RunTerms("run-1", BASE, List.of("x", "y"), settings, 3, 1000);
  }
}
