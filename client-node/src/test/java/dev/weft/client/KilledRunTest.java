package dev.weft.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Processes killed by the system at seeded events, again and again, until one of them reaches the
 * end: it is the end of a run that nobody disturbed. {@code -Dweft.kills=N} asks for more kills
 * than the few that every build makes.
 */
class KilledRunTest {
  private static final int KILLS = Integer.getInteger("weft.kills", 4);

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"fedit", "flora"})
  void aRunKilledAnywhereEndsWithTheSameBits(String method) throws Exception {
    String undisturbed = play(method, folder.resolve("undisturbed"), -1).orElseThrow();
    assertThat(undisturbed).startsWith("Completed");
    SeededRandom random = new Seed(20261130).of(method).random();
    int kills = 0;
    for (int run = 0; kills < KILLS / 2; run++) {
      Path home = folder.resolve("killed-" + run);
      Optional<String> end = Optional.empty();
      StringBuilder schedule = new StringBuilder("killed after events");
      while (end.isEmpty()) {
        int events = 1 + random.nextInt(14);
        schedule.append(' ').append(events);
        end = play(method, home, events);
        kills += end.isEmpty() ? 1 : 0;
      }
      assertThat(end).as(schedule.toString()).hasValue(undisturbed);
    }
  }

  /**
   * @param events after which the process is killed; the end comes before a higher number
   * @return its last line; empty if it was killed before
   */
  private static Optional<String> play(String method, Path home, int events)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                DurableFederation.class.getName(),
                method,
                home.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader lines = process.inputReader()) {
      Optional<String> last = Optional.empty();
      int seen = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        seen++;
        last = Optional.of(line);
        if (seen == events && !line.equals("RunEnded") && !line.startsWith("Completed")) {
          return Optional.empty();
        }
      }
      return last;
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
