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
import java.util.concurrent.CountDownLatch;
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

  /** As opening a model may be, which nothing stops halfway. */
  @Test
  void workThatDoesNotEndInTimeEndsWithTheStatusOfAnInterrupt()
      throws IOException, InterruptedException {
    weft =
        new ProcessBuilder(Invocation.process(Deaf.class, List.of()))
            .redirectErrorStream(true)
            .start();
    List<String> printed = new ArrayList<>();
    try (BufferedReader lines = weft.inputReader()) {
      readUntil(lines, "at work", printed);
      interrupt();
      lines.lines().forEach(printed::add);
    }
    assertThat(weft.waitFor()).isEqualTo(StopOnInterrupt.INTERRUPTED);
    assertThat(printed).anyMatch(line -> line.contains("(W-0302)"));
  }

  /** Works on, whatever it is asked. */
  static final class Deaf {
    private Deaf() {}

    public static void main(String[] arguments) throws InterruptedException {
      Console console = Console.ofProcess();
      StopOnInterrupt.of(() -> {}, console);
      console.out().println("at work");
      new CountDownLatch(1).await();
    }
  }

  private Process start() throws IOException {
    List<String> command =
        Invocation.process(
            List.of(),
            Invocation.tiny(
                "--rounds", "100000", "--output", output.toString(), "--set", "run.name=run"));
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
