package dev.weft.coordinator.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.coordinator.RunMemory;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * A journal in an H2 database file, which one process has at a time. Every write is in the file
 * before it counts, so that no event is lost to {@code kill -9} (privacy.md F2).
 *
 * @param database path without the ending that H2 adds
 */
public record JournalFile(Path database) implements Journal {
  private static final String SCHEMA = "/schema/h2/h2-create-schema.sql";
  private static final int IN_USE = 90020;

  public JournalFile {
    database = database.toAbsolutePath().normalize();
    if (database.toString().indexOf(';') >= 0) {
      throw new WeftException(
          Problem.UNWRITABLE_OUTPUT,
          Text.format(
              "%s: a journal's path must not hold a semicolon; move the run's folder, or choose"
                  + " another",
              database));
    }
  }

  @Override
  public Config open() {
    boolean begun = isThere();
    try (Connection connection = DriverManager.getConnection(url());
        Statement statement = connection.createStatement()) {
      if (!connection.getMetaData().getTables(null, null, "event_journal", null).next()) {
        statement.execute(Schema.text(SCHEMA));
      }
      // Every page that a run will need is read once, so that damage is found here.
      try (ResultSet events = statement.executeQuery("SELECT * FROM \"event_journal\"")) {
        while (events.next()) {
          events.getBytes("event_payload");
        }
      }
    } catch (SQLException e) {
      throw new WeftException(
          Problem.STORE_FAILED,
          e.getErrorCode() == IN_USE
              ? Text.format("%s: another process has this journal; let it end first", database)
              : Text.format(
                  begun
                      ? "%s: the journal is damaged or cannot be written to; free the disk,"
                          + " restore it from a backup, or start a new run"
                      : "%s: no journal can be made there; free the disk, or choose another"
                          + " folder",
                  file()),
          e);
    }
    return ConfigFactory.parseMap(
        Map.of(
            "pekko.persistence.journal.plugin",
            "jdbc-journal",
            "jdbc-journal.slick.profile",
            "slick.jdbc.H2Profile$",
            "jdbc-journal.slick.db.url",
            url(),
            "jdbc-journal.slick.db.driver",
            "org.h2.Driver",
            "jdbc-journal.slick.db.numThreads",
            1,
            "jdbc-journal.slick.db.maxConnections",
            1,
            "jdbc-journal.slick.db.minConnections",
            1));
  }

  @Override
  public RunMemory memory(String id) {
    return RunMemory.inFile(id);
  }

  /** Whether a journal was begun. */
  public boolean isThere() {
    try {
      return Files.size(file()) > 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** The file that H2 makes. */
  public Path file() {
    return database.resolveSibling(database.getFileName() + ".mv.db");
  }

  /**
   * A process that is told to end still writes to it, so H2 must not close it by itself; what goes
   * wrong is told by the run, and not in a file of H2's beside it.
   */
  private String url() {
    return "jdbc:h2:file:"
        + database
        + ";DATABASE_TO_UPPER=false;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0";
  }
}
