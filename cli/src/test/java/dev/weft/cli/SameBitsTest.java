package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same run in processes of their own. What iterates over a hash set or a {@code Set.of} has
 * another order in each, and so has whatever depends on locale, time zone or number of threads.
 */
class SameBitsTest {
  @TempDir Path output;

  @Test
  void everyProcessEndsWithTheSameBytes() throws IOException, InterruptedException {
    Path here = run("here", "en", "US", "UTC", 1);
    Path there = run("there", "fa", "IR", "Asia/Kathmandu", 2);

    assertThat(summary(there).get("adapterDigest")).isEqualTo(summary(here).get("adapterDigest"));
    for (String file : List.of("adapter_model.safetensors", "adapter_config.json")) {
      assertThat(there.resolve("adapter").resolve(file))
          .hasSameBinaryContentAs(here.resolve("adapter").resolve(file));
    }
    assertThat(scores(there)).isNotEmpty().isEqualTo(scores(here));
  }

  /** Clients of three ranks, so that pieces of several ranks are handed out. */
  private Path run(String name, String language, String country, String zone, int workers)
      throws IOException, InterruptedException {
    List<String> command =
        Invocation.process(
            List.of(
                "-Duser.language=" + language,
                "-Duser.country=" + country,
                "-Duser.timezone=" + zone),
            Invocation.tiny(
                "--output",
                output.toString(),
                "--set",
                "run.name=" + name,
                "--set",
                "method.rank=auto",
                "--set",
                "method.ranks=[4, 2, 1]",
                "--set",
                "simulation.parallelism=" + workers));
    Path log = output.resolve(name + ".log");
    Process weft =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(weft.waitFor()).as(Files.readString(log)).isZero();
    return output.resolve(name);
  }

  private static JsonNode summary(Path run) throws IOException {
    return new ObjectMapper().readTree(run.resolve("summary.json").toFile());
  }

  /** What was measured in every round; times differ. */
  private static List<String> scores(Path run) throws IOException {
    List<String> scores = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      JsonNode round = new ObjectMapper().readTree(line);
      for (String name : List.of("trainLoss", "testLoss", "bytesUp", "bytesDown")) {
        scores.add(name + " " + round.path(name));
      }
    }
    return scores;
  }
}
