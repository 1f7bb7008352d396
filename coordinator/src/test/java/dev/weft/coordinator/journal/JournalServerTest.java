package dev.weft.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.weft.core.config.JournalConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening a journal at a PostgreSQL server. */
class JournalServerTest {
  @TempDir private static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(folder);
  }

  @AfterAll
  static void stop() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void itsTablesAreMadeOnce() throws SQLException {
    String database = server.database("made_once");
    for (int i = 0; i < 3; i++) {
      assertThat(
              Journal.of(server.config(database), folder)
                  .open()
                  .withFallback(ConfigFactory.load())
                  .getString("jdbc-journal.class"))
          .isNotEmpty();
    }

    assertThat(tables(database))
        .containsExactlyInAnyOrder("event_journal", "event_tag", "snapshot");
  }

  @Test
  void manyWhoFindNoTablesMakeThemOnce() throws SQLException {
    String database = server.database("made_by_many");

    assertThatCode(
            () ->
                CompletableFuture.allOf(
                        IntStream.range(0, 8)
                            .mapToObj(
                                i ->
                                    CompletableFuture.runAsync(
                                        () -> Journal.of(server.config(database), folder).open()))
                            .toArray(CompletableFuture<?>[]::new))
                    .join())
        .doesNotThrowAnyException();
    assertThat(tables(database)).hasSize(3);
  }

  @Test
  void aRoleThatMayNotMakeTablesIsToldWhatToRun() {
    server.asOwner("CREATE DATABASE strict");
    JournalConfig config = server.config("strict");

    String grant = "GRANT CREATE ON SCHEMA public TO \"weft\"";
    assertRefused(config, grant);
    server.asOwner("strict", grant);
    assertThat(Journal.of(config, folder).open()).isNotNull();
  }

  @Test
  void aServerThatIsDownIsNamed() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }

    assertRefused(
        server.configAt(TestServer.url(free, "weft") + "?connectTimeout=2"),
        "postgresql://127.0.0.1:" + free + "/weft cannot be reached",
        "start it, or mend coordinator.journal.url");
  }

  @Test
  void aDatabaseThatIsNotThereIsNamed() {
    assertRefused(server.config("nowhere"), "/nowhere is not there", "weft as its owner");
  }

  @Test
  void aWrongPasswordIsRefusedAndNotRepeated() throws IOException {
    Path wrong = folder.resolve("wrong");
    Files.writeString(wrong, "secret-of-mine");

    assertRefused(
        server.config(TestServer.url(server.port(), "weft"), "weft", wrong),
        "does not let weft in",
        "password-file");
  }

  @Test
  void aPasswordFileHoldsOneLine() throws IOException {
    Path two = folder.resolve("two");
    Files.writeString(two, "one\ntwo\n");
    String url = TestServer.url(server.port(), "weft");

    assertThatThrownBy(() -> Journal.of(server.config(url, "weft", two), folder))
        .hasMessageContaining("must hold the password in one line")
        .hasMessageNotContaining("one\n");
    assertThatThrownBy(() -> Journal.of(server.config(url, "weft", folder.resolve("none")), folder))
        .hasMessageContaining("none cannot be read");
  }

  /** A server may be set up to lose the last moments before a crash; a journal must not. */
  @Test
  void everyConnectionWaitsForTheServersDisk() {
    assertThat(
            Journal.of(server.config("weft"), folder)
                .open()
                .getString("jdbc-journal.slick.db.connectionInitSql"))
        .isEqualTo("SET synchronous_commit TO on");
  }

  private static void assertRefused(JournalConfig config, String... words) {
    Stream.of(words)
        .forEach(
            word ->
                assertThatThrownBy(() -> Journal.of(config, folder).open())
                    .hasMessageContaining(word)
                    .hasMessageNotContaining("secret-of-mine")
                    .hasMessageNotContaining(TestServer.PASSWORD)
                    .isInstanceOfSatisfying(
                        WeftException.class,
                        thrown ->
                            assertThat(thrown.problem()).isEqualTo(Problem.JOURNAL_UNAVAILABLE)));
  }

  private static List<String> tables(String database) throws SQLException {
    List<String> names = new ArrayList<>();
    try (Connection connection = server.connect(database);
        ResultSet tables =
            connection.getMetaData().getTables(null, "public", "%", new String[] {"TABLE"})) {
      while (tables.next()) {
        names.add(tables.getString("TABLE_NAME").toLowerCase(Locale.ROOT));
      }
    }
    return names;
  }
}
