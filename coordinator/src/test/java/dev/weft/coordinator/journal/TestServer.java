package dev.weft.coordinator.journal;

import dev.weft.core.config.JournalConfig;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * A PostgreSQL server on this machine with a database {@code weft}, whose owner {@code weft} must
 * show a password. It can be stopped and started again.
 */
public final class TestServer implements AutoCloseable {
  public static final String ROLE = "weft";
  public static final String PASSWORD = "p:a ss'wörd";
  private static final String HBA =
      """
      host all postgres 127.0.0.1/32 trust
      host all all 127.0.0.1/32 scram-sha-256
      """;

  private final Path folder;
  private EmbeddedPostgres server;
  private final int port;

  /** One that is there; the test is passed over, with the reason, where none can be started. */
  public static TestServer start(Path folder) {
    try {
      return new TestServer(folder);
    } catch (IOException | IllegalStateException e) {
      return Assumptions.abort("PostgreSQL cannot be started here: " + e);
    }
  }

  private TestServer(Path folder) throws IOException {
    this.folder = folder;
    this.server = start(0);
    this.port = server.getPort();
    Files.writeString(folder.resolve("data/pg_hba.conf"), HBA);
    Files.writeString(folder.resolve("password"), PASSWORD + "\n");
    asOwner("SELECT pg_reload_conf()");
    asOwner("CREATE ROLE weft LOGIN PASSWORD '" + PASSWORD.replace("'", "''") + "'");
    asOwner("CREATE DATABASE weft OWNER weft");
  }

  private EmbeddedPostgres start(int at) throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(folder.resolve("data"))
            .setCleanDataDirectory(false);
    return (at == 0 ? builder : builder.setPort(at)).start();
  }

  public int port() {
    return port;
  }

  public void stop() throws IOException {
    server.close();
  }

  public void startAgain() throws IOException {
    server = start(port);
  }

  /** Another database of the same role. */
  public String database(String name) {
    asOwner("CREATE DATABASE " + name + " OWNER weft");
    return name;
  }

  /** Says something to the server as the one who may do everything. */
  public void asOwner(String sql) {
    asOwner("postgres", sql);
  }

  public void asOwner(String database, String sql) {
    try (Connection connection =
            DriverManager.getConnection(url(port, database), "postgres", "postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(url(port, database), ROLE, PASSWORD);
  }

  public static String url(int port, String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  public JournalConfig config(String database) {
    return configAt(url(port, database));
  }

  /** The journal of a role and its password file at any address. */
  public JournalConfig config(String url, String role, Path password) {
    return new JournalConfig(
        JournalConfig.Store.POSTGRESQL,
        Optional.of(url),
        Optional.of(role),
        Optional.of(password.toString()));
  }

  public JournalConfig configAt(String url) {
    return config(url, ROLE, folder.resolve("password"));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
