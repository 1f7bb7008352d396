package dev.weft.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.coordinator.RunEvent;
import dev.weft.coordinator.RunOutcome;
import dev.weft.coordinator.journal.RunHome;
import dev.weft.core.artifact.ArtifactStore;
import dev.weft.core.artifact.DirectoryStore;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Scratch;
import dev.weft.federation.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However a run dies, whoever waits for it hears why. */
@Timeout(300)
class EndOfRunTest {
  @TempDir Path output;

  @Test
  void aRunThatCannotStartSaysWhyAndTakesNoName() {
    WeftConfig config = Tiny.config("round.min-clients=9");

    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(
            () ->
                new Simulation(config, SimulationListener.SILENT)
                    .run(Tiny.folder(output.resolve("run"))))
        .withMessage(
            "round.min-clients: 9 clients are needed but only 3 are registered; lower it, or let"
                + " more sites take part");
    assertThat(output.resolve("run")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        RunEvent.RunStarted.class,
        RunEvent.Evaluated.class,
        RunEvent.RoundStarted.class,
        RunEvent.ClientDelivered.class,
        RunEvent.RoundCommitted.class,
        RunEvent.RunEnded.class
      })
  void aWatcherThatFailsEndsTheRunWithItsReason(Class<?> kind) {
    WeftConfig config = Tiny.config("run.rounds=1");
    try (Workbench bench = Workbench.open(config)) {
      assertThatThrownBy(
              () ->
                  play(
                      bench,
                      config,
                      RunHome.inMemory(),
                      event -> {
                        if (kind.isInstance(event)) {
                          throw new WeftException(Problem.UNWRITABLE_OUTPUT, "the disk is full");
                        }
                      }))
          .hasMessage("the disk is full");
    }
  }

  @Test
  void aStoreThatFailsEndsTheRunWithItsReason(@TempDir Path folder) throws IOException {
    ArtifactStore gone = DirectoryStore.open(folder.resolve("store"));
    Files.delete(folder.resolve("store"));
    WeftConfig config = Tiny.config();
    try (Workbench bench = Workbench.open(config)) {
      assertThat(
              play(
                      bench,
                      config,
                      new RunHome(
                          RunHome.inMemory().actors(), gone, new MemoryStore(), Scratch.HEAP),
                      event -> {})
                  .outcome())
          .isInstanceOfSatisfying(
              RunOutcome.Failed.class,
              failed ->
                  assertThat(failed.reason()).contains("cannot be stored").contains("W-0305"));
    }
  }

  private static RunResult play(
      Workbench bench, WeftConfig config, RunHome home, Consumer<RunEvent> listener) {
    try (SimulatedRun run = Tiny.start(bench, config, home, listener)) {
      return run.await();
    }
  }
}
