package dev.weft.coordinator.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.core.artifact.ArtifactStore;
import dev.weft.core.artifact.DirectoryStore;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.core.tensor.Scratch;
import java.nio.file.Path;

/**
 * Where a run has what it must find again, its journal and its artifacts, and beside them what a
 * round works with.
 *
 * @param actors configuration of the run's actor system, with its journal
 * @param uploads updates of the round that is on; need not outlive the process
 * @param scratch for what a round makes of them
 */
public record RunHome(Config actors, ArtifactStore store, ArtifactStore uploads, Scratch scratch) {
  private static final String ACTORS = "weft-in-process";
  private static final String JOURNAL = "journal";
  private static final String ARTIFACTS = "artifacts";
  private static final String UPLOADS = "uploads";
  private static final String SUMS = "sums";

  /** A home that is gone with its process. */
  public static RunHome inMemory() {
    return new RunHome(
        ConfigFactory.load(ACTORS), new MemoryStore(), new MemoryStore(), Scratch.HEAP);
  }

  /**
   * A home that outlives its process, made where there is none; one process has it at a time.
   *
   * @throws dev.weft.core.error.WeftException if another process has it, or it cannot be read or
   *     made
   */
  public static RunHome in(Path folder) {
    Config journal = new JournalFile(folder.resolve(JOURNAL)).open();
    return new RunHome(
        journal.withFallback(ConfigFactory.load(ACTORS)),
        DirectoryStore.open(folder.resolve(ARTIFACTS)),
        DirectoryStore.scratch(folder.resolve(UPLOADS)),
        Scratch.in(folder.resolve(SUMS)));
  }

  /** Whether a run was begun there. */
  public static boolean isIn(Path folder) {
    return new JournalFile(folder.resolve(JOURNAL)).isThere();
  }

  /** Without this file there is no run to go on with. */
  public static Path journal(Path folder) {
    return new JournalFile(folder.resolve(JOURNAL)).file();
  }
}
