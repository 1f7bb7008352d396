package dev.weft.cli;

import dev.weft.coordinator.RunOutcome;
import java.nio.file.Path;
import java.util.Optional;

/** The last lines of a run, simulated or not. */
final class RunEnd {
  /** The run ended early; what it committed is kept. */
  static final int FAILED = 1;

  private RunEnd() {}

  /**
   * @param folder of the results; empty if the run never began
   * @return the exit status
   */
  static int print(LiveLine live, RunOutcome outcome, Optional<Path> folder) {
    if (outcome instanceof RunOutcome.Failed failed) {
      live.print("run failed: " + failed.reason());
    } else if (outcome instanceof RunOutcome.Stopped) {
      live.print("run stopped; everything committed so far is kept");
    }
    folder.ifPresent(made -> live.print("results  " + made.resolve("report.html")));
    return outcome instanceof RunOutcome.Completed ? 0 : FAILED;
  }
}
