package dev.weft.coordinator.journal;

import com.typesafe.config.Config;
import dev.weft.coordinator.RunMemory;
import dev.weft.core.config.JournalConfig;
import java.nio.file.Path;

/**
 * Where runs are remembered. All journals have the same tables and hold the same bytes. The primary
 * key of an event is its run and its number, so that of two processes that write to one run only
 * one goes on.
 */
public sealed interface Journal permits JournalFile, JournalServer {

  /**
   * Opens it, makes its tables where there are none, and says how an actor system finds it.
   *
   * @throws dev.weft.core.error.WeftException if it cannot be used
   */
  Config open();

  /**
   * How a run finds its events here.
   *
   * @param id that no other run of the journal has
   */
  RunMemory memory(String id);

  /**
   * The journal of a coordinator.
   *
   * @param folder that has it if it is a file
   */
  static Journal of(JournalConfig config, Path folder) {
    return switch (config.store()) {
      case FILE -> new JournalFile(folder.resolve("journal"));
      case POSTGRESQL -> JournalServer.of(config);
    };
  }
}
