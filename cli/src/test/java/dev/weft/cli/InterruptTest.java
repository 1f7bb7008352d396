package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C in a process of its own. */
class InterruptTest {
  private static final int SIGINT = 2;

  /** Not how fast it ends, only that it does. */
  private static final long LIVENESS_SECONDS = 20;

  @TempDir Path output;
  private Process weft;

  @AfterEach
  void endProcess() {
    if (weft != null) {
      weft.destroyForcibly();
    }
  }

  @Test
  void theCommittedRoundsAndTheirAdapterAreKept() throws IOException, InterruptedException {
    weft = start();
    List<String> printed = new ArrayList<>();
    try (BufferedReader lines = weft.inputReader()) {
      readUntil(lines, "round 1/", printed);
      interrupt();
      lines.lines().forEach(printed::add);
    }
    assertThat(weft.waitFor(LIVENESS_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(printed)
        .anyMatch(line -> line.startsWith("run stopped"))
        .noneMatch(line -> line.contains("Exception") || line.startsWith("\tat "))
        .noneMatch(line -> line.contains("fatal error"));
    Path run = output.resolve("run");
    JsonNode summary = new ObjectMapper().readTree(run.resolve("summary.json").toFile());
    assertThat(summary.get("rounds")).isNotEmpty();
    assertThat(Files.readAllLines(run.resolve("metrics.jsonl")))
        .hasSize(1 + summary.get("rounds").size());
    assertThat(run.resolve("adapter"))
        .isDirectoryContaining("glob:**/adapter_config.json")
        .isDirectoryContaining("glob:**/adapter_model.safetensors");
  }

  private Process start() throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                Weft.class.getName()));
    command.addAll(
        List.of(
            Invocation.tiny(
                "--rounds", "100000", "--output", output.toString(), "--set", "run.name=run")));
    return new ProcessBuilder(command).redirectErrorStream(true).directory(output.toFile()).start();
  }

  private static void readUntil(BufferedReader lines, String beginning, List<String> printed)
      throws IOException {
    while (printed.isEmpty() || !printed.get(printed.size() - 1).startsWith(beginning)) {
      String line = lines.readLine();
      assertThat(line).as("output ended after %s", printed).isNotNull();
      printed.add(line);
    }
  }

  private void interrupt() throws IOException, InterruptedException {
    assumeTrue(!ignoresInterrupts(), "this test was started with SIGINT ignored, as in nohup");
    try {
      new ProcessBuilder("kill", "-INT", Long.toString(weft.pid())).start().waitFor();
    } catch (IOException e) {
      assumeTrue(false, "there is no kill command on this system");
    }
  }

  /** A signal ignored by the parent stays ignored in its children. */
  private boolean ignoresInterrupts() throws IOException {
    Path status = Path.of("/proc", Long.toString(weft.pid()), "status");
    if (!Files.exists(status)) {
      return false;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .map(line -> line.substring("SigIgn:".length()).strip())
        .anyMatch(mask -> (Long.parseUnsignedLong(mask, 16) >> (SIGINT - 1) & 1) == 1);
  }
}
