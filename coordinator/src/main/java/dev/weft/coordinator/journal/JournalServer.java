package dev.weft.coordinator.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.coordinator.RunMemory;
import dev.weft.core.Text;
import dev.weft.core.config.JournalConfig;
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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * A journal in a PostgreSQL database. A write counts once it is on the server's disk, whatever the
 * server does by default. A server that is away for a while holds runs up and ends none.
 */
public final class JournalServer implements Journal {
  private static final String SCHEMA = "/schema/postgres/postgres-create-schema.sql";

  /** With pauses of two seconds and a connection that takes up to five: 3 to 12 minutes. */
  private static final int TRIES = 100;

  /** In seconds, as the driver has them; the user's own in the URL come before these. */
  private static final Map<String, String> DRIVER =
      Map.of(
          "connectTimeout", "5",
          "socketTimeout", "20",
          "tcpKeepAlive", "true",
          "ApplicationName", "weft");

  private static final String DURABLE = "SET synchronous_commit TO on";

  /** Whoever looks for the tables at the same moment waits. */
  private static final String ALONE = "SELECT pg_advisory_xact_lock(7355608)";

  private static final String NOT_ALLOWED = "42501";
  private static final String NO_DATABASE = "3D000";
  private static final String NOT_LET_IN = "28";
  private static final String AWAY = "08";

  private final String url;
  private final String user;
  private final String password;

  /**
   * @param url of the database, as JDBC names it
   * @param password empty where the server asks for none
   */
  JournalServer(String url, String user, String password) {
    this.url = url;
    this.user = user;
    this.password = password;
  }

  /**
   * @throws WeftException if the file with the password cannot be read
   */
  static JournalServer of(JournalConfig config) {
    return new JournalServer(
        config.url().orElseThrow(),
        config.user().orElseThrow(),
        config.passwordFile().map(file -> password(Path.of(file))).orElse(""));
  }

  private static String password(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      if (lines.size() == 1 && !lines.get(0).isEmpty()) {
        return lines.get(0);
      }
    } catch (IOException e) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format(
              "coordinator.journal.password-file: %s cannot be read; check its path and"
                  + " permissions",
              file),
          e);
    }
    throw new WeftException(
        Problem.BAD_VALUE,
        Text.format(
            "coordinator.journal.password-file: %s must hold the password in one line, and nothing"
                + " else",
            file));
  }

  @Override
  public Config open() {
    Properties properties = new Properties();
    properties.putAll(DRIVER);
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    try (Connection connection = DriverManager.getConnection(url, properties);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(ALONE);
      if (!hasTables(statement)) {
        for (String table : tables()) {
          statement.execute(table);
        }
      }
      connection.commit();
    } catch (SQLException e) {
      throw new WeftException(
          Problem.JOURNAL_UNAVAILABLE,
          Text.format("coordinator.journal: the database %s %s", place(), complaint(e)),
          e);
    }
    return ConfigFactory.parseMap(settings());
  }

  private static boolean hasTables(Statement statement) throws SQLException {
    try (ResultSet found = statement.executeQuery("SELECT to_regclass('event_journal')")) {
      return found.next() && found.getString(1) != null;
    }
  }

  /** Weft keeps no state but by events, and indexes of states could not be made in one step. */
  private static List<String> tables() {
    return Arrays.stream(Schema.text(SCHEMA).split(";"))
        .map(String::strip)
        .filter(statement -> !statement.isEmpty() && !statement.contains("durable_state"))
        .toList();
  }

  /** For people: without what is tuned after the question mark. */
  private String place() {
    return url.replaceFirst("^jdbc:", "").replaceFirst("\\?.*$", "");
  }

  private String complaint(SQLException e) {
    String state = e.getSQLState() == null ? AWAY : e.getSQLState();
    String says = e.getMessage().lines().findFirst().orElse("");
    if (state.startsWith(AWAY)) {
      return Text.format("cannot be reached (%s); start it, or mend coordinator.journal.url", says);
    }
    if (state.startsWith(NOT_LET_IN)) {
      return Text.format(
          "does not let %s in (%s); mend coordinator.journal.user or password-file", user, says);
    }
    if (state.equals(NO_DATABASE)) {
      return Text.format("is not there (%s); make it, with %s as its owner", says, user);
    }
    if (state.equals(NOT_ALLOWED)) {
      return Text.format(
          "does not let %s make tables; run there, as its owner: GRANT CREATE ON SCHEMA public TO"
              + " \"%s\"",
          user, user);
    }
    return Text.format("cannot be used as a journal (%s: %s)", state, says);
  }

  private Map<String, Object> settings() {
    String journal = "jdbc-journal.";
    String database = journal + "slick.db.";
    Map<String, Object> settings = new HashMap<>();
    settings.put("pekko.persistence.journal.plugin", "jdbc-journal");
    settings.put(journal + "slick.profile", "slick.jdbc.PostgresProfile$");
    settings.put(journal + "circuit-breaker.call-timeout", "25s");
    settings.put(journal + "circuit-breaker.reset-timeout", "2s");
    settings.put(database + "url", url);
    settings.put(database + "driver", "org.postgresql.Driver");
    settings.put(database + "poolName", "database");
    settings.put(database + "user", user);
    settings.put(database + "password", password);
    settings.put(database + "connectionInitSql", DURABLE);
    settings.put(database + "connectionTimeout", 5000);
    settings.put(database + "validationTimeout", 3000);
    // A server that is away when the first run begins comes back, too.
    settings.put(database + "initializationFailTimeout", -1);
    settings.put(database + "keepAliveConnection", false);
    settings.put(database + "numThreads", 2);
    settings.put(database + "maxConnections", 2);
    settings.put(database + "minConnections", 1);
    DRIVER.forEach((name, value) -> settings.put(database + "properties." + name, value));
    return settings;
  }

  @Override
  public RunMemory memory(String id) {
    return new RunMemory(id, TRIES);
  }
}
