package dev.weft.federation;

import dev.weft.coordinator.RunEvent;
import dev.weft.core.peft.PeftAdapter;
import dev.weft.federation.report.Measurements;
import dev.weft.federation.report.RunFiles;
import java.nio.file.Path;
import java.util.function.Consumer;

/** What a run leaves in its folder, besides its reports. */
public final class Results {
  private Results() {}

  /**
   * Keeps {@code metrics.jsonl} and the phases of a run as it goes; a run that goes on says anew
   * what it has committed.
   *
   * @param listener hears everything afterwards
   */
  public static Consumer<RunEvent> recording(
      RunFiles files, Laps laps, Consumer<RunEvent> listener) {
    Measurements measurements = new Measurements(files);
    return event -> {
      if (event instanceof RunEvent.Resumed) {
        files.clearMetrics();
      } else if (event instanceof RunEvent.RoundStarted) {
        laps.endOnce("start");
      }
      measurements.accept(event);
      listener.accept(event);
    };
  }

  /** Writes the adapter, unless no round was committed, and what it takes to rebuild it. */
  public static void write(RunResult result, Ground ground, Start start, RunFiles files) {
    if (result.committed()) {
      Path adapter = files.folder().resolve("adapter");
      PeftAdapter.write(
          adapter,
          result.state(),
          ground.model().architecture().peft(ground.model().facts().name()));
      ground.heldOut().labelFile().ifPresent(labels -> labels.write(adapter));
    }
    files.provenance(Reports.provenance(ground, start, result));
  }
}
