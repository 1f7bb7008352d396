package dev.weft.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFileTest {
  @TempDir private Path folder;

  @Test
  void aJournalIsOpenedAsOftenAsOneLikes() {
    for (int i = 0; i < 3; i++) {
      Config config = new JournalFile(folder.resolve("St. Mary's \u00e4/journal")).open();
      assertThat(config.withFallback(ConfigFactory.load()).getString("jdbc-journal.class"))
          .isNotEmpty();
    }
    assertThat(folder.resolve("St. Mary's \u00e4/journal.mv.db")).exists();
  }

  @Test
  void whatIsNoJournalIsRefused() throws IOException {
    Files.writeString(folder.resolve("journal.mv.db"), "no database at all".repeat(1000));

    assertProblem(Problem.STORE_FAILED, "the journal is damaged", folder.resolve("journal"));
  }

  @Test
  void aPathWithASemicolonIsRefused() {
    assertProblem(Problem.UNWRITABLE_OUTPUT, "semicolon", folder.resolve("a;b"));
  }

  /**
   * What a process leaves that dies between two writes. The database is let use space anew at once,
   * as it does by itself after a while: H2 2.5.252 loses events then (its header names the last
   * chunk but one, and the newest is not found from there).
   */
  @Test
  void whateverWasWrittenIsThereAfterAKillAtAnyMoment() throws Exception {
    SeededRandom random = new Seed(20261130).random();
    JournalFile journal = new JournalFile(folder.resolve("live"));
    String url = journal.open().getString("jdbc-journal.slick.db.url");
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO \"event_journal\" (\"persistence_id\", \"sequence_number\","
                    + " \"writer\", \"write_timestamp\", \"adapter_manifest\", \"event_ser_id\","
                    + " \"event_ser_manifest\", \"event_payload\") VALUES ('run', ?, 'test', 0, '',"
                    + " 1, 'event', ?)")) {
      statement.execute("SET RETENTION_TIME 0");
      for (int number = 1; number <= 100; number++) {
        insert.setInt(1, number);
        insert.setBytes(2, new byte[100 + random.nextInt(900)]);
        insert.execute();

        JournalFile left = new JournalFile(folder.resolve("left-" + number));
        Files.copy(journal.file(), left.file());
        left.open();
        assertThat(events(left)).as("after event %d", number).isEqualTo(number);
        Files.delete(left.file());
      }
    }
  }

  private static int events(JournalFile journal) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:h2:file:" + journal.database() + ";DATABASE_TO_UPPER=false");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM \"event_journal\"")) {
      row.next();
      return row.getInt(1);
    }
  }

  /** A process that has it holds a lock that the system takes away when it dies. */
  @Test
  void aJournalThatAnotherProcessHasIsRefused() throws Exception {
    Path database = folder.resolve("journal");
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                database.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(holder.getInputStream().read()).isEqualTo('.');

      assertProblem(Problem.STORE_FAILED, "another process has this journal", database);
    } finally {
      holder.destroyForcibly().waitFor();
    }
    assertThat(new JournalFile(database).open()).isNotNull();
  }

  /** Opens a journal and keeps it. */
  static final class Holder {
    public static void main(String[] arguments) throws SQLException, IOException {
      new JournalFile(Path.of(arguments[0])).open();
      try (Connection open = DriverManager.getConnection("jdbc:h2:file:" + arguments[0])) {
        System.out.print(open.isValid(1) ? "." : "!");
        System.out.flush();
        System.in.read();
      }
    }
  }

  private static void assertProblem(Problem problem, String words, Path database) {
    assertThatThrownBy(() -> new JournalFile(database).open())
        .hasMessageContaining(words)
        .isInstanceOfSatisfying(
            WeftException.class, thrown -> assertThat(thrown.problem()).isEqualTo(problem));
  }
}
