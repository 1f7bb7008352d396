package dev.weft.federation;

import dev.weft.core.peft.PeftAdapter;
import dev.weft.federation.report.RunFiles;
import java.nio.file.Path;

/** What a run leaves in its folder, besides its reports. */
public final class Results {
  private Results() {}

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
