package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.Text;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator with runs that cannot be played, the very first among them. */
class QueueTest {
  @TempDir private Path folder;
  private Processes processes;

  @AfterEach
  void endAll() throws InterruptedException {
    processes.endAll();
  }

  @Test
  void aRunThatFailsDoesNotHoldUpTheNext() throws Exception {
    processes = new Processes(folder);
    processes.call(
        "init", "--home", "c", "--name", "board", "--address", "localhost:" + Processes.freePort());
    Process coordinator = processes.start("coordinator", List.of("coordinator", "--home", "c"));
    for (String run : List.of("first", "second")) {
      Files.writeString(
          folder.resolve(run + ".conf"),
          Text.format(
              "run { name = %s, output = runs }%ndata.test-source = \"nowhere-%s.csv\"%n",
              run, run));
      assertThat(processes.call("submit", "--home", "c", run + ".conf").lines())
          .containsExactly(run);
      processes.awaitWords("coordinator", "run failed: nowhere-" + run + ".csv");
    }

    assertThat(processes.call("runs", "--home", "c").lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("failed: nowhere-"));
    assertThat(coordinator.isAlive()).isTrue();
  }
}
