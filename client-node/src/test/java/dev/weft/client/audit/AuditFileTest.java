package dev.weft.client.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditFileTest {
  private static final InstantSource NOON =
      InstantSource.fixed(Instant.parse("2026-05-01T12:00:00Z"));

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void writeThree() {
    file = folder.resolve("audit.jsonl");
    write("offered", "accepted", "sent");
  }

  @Test
  void linesFollowFromOneAnotherOverSeveralProcesses() throws IOException {
    write("ended");

    AuditChain chain = AuditChain.of(file);
    assertThat(chain.broken()).isEmpty();
    assertThat(chain.lines()).isEqualTo(4);
    assertThat(Files.readAllLines(file).get(0))
        .isEqualTo(
            "{\"n\":1,\"at\":\"2026-05-01T12:00:00Z\",\"previous\":\""
                + "0".repeat(64)
                + "\",\"what\":\"offered\",\"run\":\"r-offered\"}");
  }

  @Test
  void aChangeOfAnyLineThatOthersFollowIsFoundWhereItIs() throws IOException {
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size() - 1; i++) {
      List<String> changed = new ArrayList<>(lines);
      changed.set(i, lines.get(i).replace("r-", "s-"));
      Files.write(file, changed);
      assertThat(AuditChain.of(file).broken().orElseThrow()).startsWith("line " + (i + 2) + " ");
    }
  }

  @Test
  void aLineThatIsMissingOrOutOfItsPlaceIsFound() throws IOException {
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size() - 1; i++) {
      List<String> fewer = new ArrayList<>(lines);
      fewer.remove(i);
      Files.write(file, fewer);
      assertThat(AuditChain.of(file).broken()).isPresent();
    }
    Collections.swap(lines, 1, 2);
    Files.write(file, lines);
    assertThat(AuditChain.of(file).broken().orElseThrow()).startsWith("line 2 ");
  }

  @Test
  void aLineThatACrashCutShortAnywhereIsClosedByTheNextProcessAndIsNoTampering()
      throws IOException {
    byte[] whole = Files.readAllBytes(file);
    int begin = length(whole, 2);
    for (int end = begin + 1; end < whole.length; end++) {
      Files.write(file, Arrays.copyOf(whole, end));
      AuditChain torn = AuditChain.of(file);
      assertThat(torn.broken()).isEmpty();
      assertThat(torn.torn()).isEqualTo(end - begin);

      write("ended");

      AuditChain closed = AuditChain.of(file);
      assertThat(closed.broken()).as("cut at %d", end).isEmpty();
      assertThat(closed.torn()).isZero();
      assertThat(Files.readAllLines(file).get(3))
          .contains("\"what\":\"recovered\",\"torn\":" + (end - begin));
    }
  }

  @Test
  void aTornLineThatIsChangedAfterItWasClosedIsFound() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 5));
    write("ended");
    List<String> lines = Files.readAllLines(file);
    lines.set(2, lines.get(2).replace("sent", "kept"));
    Files.write(file, lines);
    assertThat(AuditChain.of(file).broken()).isPresent();
  }

  @Test
  void aSecondWriterIsRefused() {
    try (AuditFile first = new AuditFile(file, NOON)) {
      assertThatExceptionOfType(WeftException.class)
          .isThrownBy(() -> new AuditFile(file, NOON))
          .withMessageContaining("another weft client of this site is up");
      first.append("ended", entry -> {});
    }
    assertThat(AuditChain.of(file).broken()).isEmpty();
  }

  @Test
  void aFileThatIsNotThereIsSaidNotToBe() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> AuditChain.of(folder.resolve("nowhere.jsonl")))
        .withMessageContaining("weft client");
  }

  private void write(String... entries) {
    try (AuditFile audit = new AuditFile(file, NOON)) {
      for (String what : entries) {
        audit.append(what, entry -> entry.put("run", "r-" + what));
      }
    }
  }

  private static int length(byte[] whole, int lines) {
    int seen = 0;
    for (int i = 0; i < whole.length; i++) {
      if (whole[i] == '\n' && ++seen == lines) {
        return i + 1;
      }
    }
    throw new IllegalArgumentException("too few lines");
  }
}
