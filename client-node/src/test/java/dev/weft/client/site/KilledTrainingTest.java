package dev.weft.client.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process by the system, at seeded steps within its training; started again, it goes on.
 * {@code -Dweft.kills=N} asks for more kills than the few that every build makes.
 */
class KilledTrainingTest {
  private static final int KILLS = Integer.getInteger("weft.kills", 2);
  private static final long SEED = Long.getLong("weft.kills.seed", 20261130);

  @TempDir private Path folder;

  @Test
  void aTrainingKilledAnywhereEndsWithTheSameUpdateAndRepeatsAStepAtMost() throws Exception {
    List<String> undisturbed = live(folder.resolve("undisturbed"), Integer.MAX_VALUE);
    assertThat(steps(undisturbed)).isEqualTo(TrainingClient.STEPS);
    String update = undisturbed.get(undisturbed.size() - 1);
    assertThat(update).startsWith("update ");

    SeededRandom random = new Seed(SEED).of("steps").random();
    int kills = 0;
    for (int training = 0; kills < KILLS; training++) {
      Path home = folder.resolve("killed-" + training);
      StringBuilder schedule = new StringBuilder("seed " + SEED + ", killed after steps");
      List<String> last = List.of();
      int steps = 0;
      int killsHere = 0;
      int reached = 0;
      while (last.isEmpty() || !last.get(last.size() - 1).startsWith("update ")) {
        int moment = 1 + random.nextInt(6);
        schedule.append(' ').append(moment);
        last = live(home, moment);
        if (reached > 0) {
          assertThat(last.get(0)).as(schedule.toString()).startsWith("goes on ");
          int from = Integer.parseInt(last.get(0).substring("goes on ".length()));
          assertThat(from).as(schedule.toString()).isGreaterThanOrEqualTo(reached - 1);
          reached = from;
        }
        reached += steps(last);
        steps += steps(last);
        killsHere += last.get(last.size() - 1).startsWith("update ") ? 0 : 1;
      }
      kills += killsHere;

      assertThat(last.get(last.size() - 1)).as(schedule.toString()).isEqualTo(update);
      assertThat(steps)
          .as("%s; steps over all lives", schedule)
          .isBetween(TrainingClient.STEPS, TrainingClient.STEPS + killsHere);
      try (Stream<Path> left = Files.list(home)) {
        assertThat(left.map(file -> file.getFileName().toString()))
            .as("until the coordinator has the update")
            .contains("kept.safetensors");
      }
    }
  }

  private static int steps(List<String> lines) {
    return (int) lines.stream().filter("step"::equals).count();
  }

  /**
   * @param moment steps after which the process is killed
   * @return what it printed
   */
  private static List<String> live(Path home, int moment) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                TrainingClient.class.getName(),
                home.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> printed = new ArrayList<>();
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        printed.add(line);
        if (line.equals("step") && steps(printed) == moment) {
          break;
        }
      }
      return printed;
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
