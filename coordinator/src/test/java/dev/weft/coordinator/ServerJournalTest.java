package dev.weft.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.coordinator.FakeClient.Manner;
import dev.weft.coordinator.journal.Journal;
import dev.weft.coordinator.journal.JournalFile;
import dev.weft.coordinator.journal.TestServer;
import dev.weft.core.artifact.ArtifactStore;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.FromClient;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are remembered at a PostgreSQL server. */
class ServerJournalTest {
  private static final String COLUMNS =
      "persistence_id, sequence_number, writer, write_timestamp, adapter_manifest, event_ser_id,"
          + " event_ser_manifest, event_payload";
  private static final int ROUNDS = 2;
  private static final int MANY_TRIES = 100;

  @TempDir private static Path folder;
  private static TestServer server;

  private final List<ActorTestKit> kits = new ArrayList<>();

  @BeforeAll
  static void start() {
    server = TestServer.start(folder.resolve("server"));
  }

  @AfterAll
  static void stop() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  @AfterEach
  void endAll() {
    kits.forEach(ActorTestKit::shutdownTestKit);
  }

  /** A process with a journal, and with the states that runs have left. */
  private final class House {
    private final ActorTestKit kit;
    private final TestFederation federation;
    private final TestProbe<RunEvent> events;

    House(Config journal, ArtifactStore store) {
      kit =
          ActorTestKit.create(
              "house-" + kits.size(),
              journal
                  .withFallback(
                      ConfigFactory.parseString(
                          "pekko.actor.testkit.typed.single-expect-default = 60s"))
                  .withFallback(ConfigFactory.load()));
      kits.add(kit);
      federation = new TestFederation(kit, store);
      events = kit.createTestProbe();
    }

    ActorRef<ClientSession.Command> honest() {
      return kit.spawn(FakeClient.create("a", Manner.HONEST, 0.5f, federation.desk().at("a")));
    }

    void play(RunMemory memory, ActorRef<ClientSession.Command> client) {
      TestRun run = federation.run("r", ROUNDS, 1, List.of(new Member("a", 2, client)));
      kit.spawn(Run.create(run.spec(), run.facilities(), memory, events.ref()::tell));
    }

    List<RunEvent> untilEnd() {
      List<RunEvent> told = new ArrayList<>();
      do {
        told.add(events.receiveMessage());
      } while (!(told.get(told.size() - 1) instanceof RunEvent.RunEnded));
      return told;
    }

    <E extends RunEvent> E await(Class<E> kind) {
      RunEvent event;
      do {
        event = events.receiveMessage();
      } while (!kind.isInstance(event));
      return kind.cast(event);
    }
  }

  /** A client that trains when the test says so. */
  private static final class Puppet {
    private final House house;
    private final TestProbe<ClientSession.Command> commands;

    Puppet(House house) {
      this.house = house;
      this.commands = house.kit.createTestProbe();
    }

    ActorRef<ClientSession.Command> ref() {
      return commands.ref();
    }

    /** Accepts offers until it is told to train. */
    ClientSession.Train accept() {
      while (true) {
        ClientSession.Command command = commands.receiveMessage();
        if (command instanceof ClientSession.Offer offer) {
          offer.replyTo().tell(new FromClient("a", new ClientReply.Accepted(offer.id())));
        } else if (command instanceof ClientSession.Train train) {
          return train;
        }
      }
    }

    void deliver(ClientSession.Train train) {
      FakeClient.deliver("a", 0.5f, train, house.federation.desk().at("a"));
    }
  }

  private static Config atServer(String database) {
    return Journal.of(server.config(database), folder).open();
  }

  private static RunEvent.RunEnded last(List<RunEvent> told) {
    return (RunEvent.RunEnded) told.get(told.size() - 1);
  }

  private static List<RunEvent> lasting(List<RunEvent> told) {
    return told.stream()
        .filter(
            event ->
                event instanceof RunEvent.RunStarted
                    || event instanceof RunEvent.RoundCommitted
                    || event instanceof RunEvent.Evaluated)
        .toList();
  }

  private static long commits(List<RunEvent> told) {
    return told.stream().filter(RunEvent.RoundCommitted.class::isInstance).count();
  }

  @Test
  void whatAFileHoldsIsReadFromAServerAndTheOtherWayRound() throws SQLException {
    String database = server.database("copies");
    JournalFile file = new JournalFile(folder.resolve("file"));
    JournalFile back = new JournalFile(folder.resolve("back"));
    MemoryStore store = new MemoryStore();
    House first = new House(file.open(), store);
    first.play(file.memory("copied"), first.honest());
    List<RunEvent> told = first.untilEnd();
    assertThat(last(told).outcome()).isEqualTo(new RunOutcome.Completed());
    first.kit.shutdownTestKit();

    Config atServer = atServer(database);
    try (Connection from = h2(file);
        Connection to = server.connect(database)) {
      copy(from, to);
    }
    House second = new House(atServer, store);
    second.play(RunMemory.inFile("copied"), second.honest());
    assertThat(second.await(RunEvent.Resumed.class).told()).isEqualTo(lasting(told));
    assertThat(second.await(RunEvent.RunEnded.class).lastGood().round()).isEqualTo(ROUNDS);

    Config again = back.open();
    try (Connection from = server.connect(database);
        Connection to = h2(back)) {
      copy(from, to);
    }
    House third = new House(again, store);
    third.play(back.memory("copied"), third.honest());
    assertThat(third.await(RunEvent.Resumed.class).told()).isEqualTo(lasting(told));
  }

  private static Connection h2(JournalFile file) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:h2:file:" + file.database() + ";DATABASE_TO_UPPER=false");
  }

  private static void copy(Connection from, Connection to) throws SQLException {
    String quoted = COLUMNS.replaceAll("(\\w+)", "\"$1\"");
    try (ResultSet rows =
            from.createStatement()
                .executeQuery(
                    "SELECT " + quoted + " FROM \"event_journal\" ORDER BY \"ordering\"");
        PreparedStatement insert =
            to.prepareStatement(
                "INSERT INTO \"event_journal\" (" + quoted + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
      while (rows.next()) {
        for (int column = 1; column < 8; column++) {
          insert.setObject(column, rows.getObject(column));
        }
        insert.setBytes(8, rows.getBytes(8));
        insert.execute();
      }
    }
  }

  @Test
  void runsOfOneNameDoNotMix() {
    Config journal = atServer("weft");
    for (String id : List.of("r-1", "r-2")) {
      House house = new House(journal, new MemoryStore());
      house.play(new RunMemory(id, MANY_TRIES), house.honest());

      List<RunEvent> told = house.untilEnd();
      assertThat(told).noneMatch(RunEvent.Resumed.class::isInstance);
      assertThat(commits(told)).isEqualTo(ROUNDS);
    }
  }

  /** Two coordinators with the same home: what one has committed stands, and the other ends. */
  @Test
  void ofTwoWritersOneGoesOn() throws SQLException {
    String database = server.database("fenced");
    Config journal = atServer(database);
    RunMemory memory = new RunMemory("fenced", MANY_TRIES);
    MemoryStore store = new MemoryStore();
    House first = new House(journal, store);
    Puppet slow = new Puppet(first);
    first.play(memory, slow.ref());
    ClientSession.Train train = slow.accept();

    House second = new House(journal, store);
    Puppet other = new Puppet(second);
    second.play(memory, other.ref());
    ClientSession.Train elsewhere = other.accept();
    slow.deliver(train);

    assertThat(last(first.untilEnd()).outcome())
        .isEqualTo(
            new RunOutcome.Failed(
                "another coordinator writes to this run's journal; end one of the two, then let"
                    + " the run go on there (W-0307)"));
    other.deliver(elsewhere);
    other.deliver(other.accept());
    assertThat(last(second.untilEnd()).outcome()).isEqualTo(new RunOutcome.Completed());
    assertThat(numbers(database, "fenced")).isEqualTo("1..10 of 10");
  }

  /** First and last number of a run's events, and how many there are. */
  private static String numbers(String database, String id) throws SQLException {
    try (Connection connection = server.connect(database);
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT min(sequence_number) || '..' || max(sequence_number) || ' of ' || count(*)"
                    + " FROM event_journal WHERE persistence_id = ?")) {
      query.setString(1, "run|" + id);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }

  @Test
  void aRunOutlivesARestartOfTheServer() throws IOException {
    House house = new House(atServer("weft"), new MemoryStore());
    Puppet client = new Puppet(house);
    house.play(new RunMemory("restarted", MANY_TRIES), client.ref());
    ClientSession.Train train = client.accept();

    server.stop();
    try {
      client.deliver(train);
      assertThat(house.await(RunEvent.JournalFailed.class).sentence())
          .startsWith("the journal cannot be read or written (");
    } finally {
      server.startAgain();
    }
    client.deliver(client.accept());
    client.deliver(client.accept());

    List<RunEvent> told = house.untilEnd();
    assertThat(last(told).outcome()).isEqualTo(new RunOutcome.Completed());
    assertThat(commits(told)).isEqualTo(ROUNDS);
    assertThat(told).noneMatch(RunEvent.Resumed.class::isInstance);
  }

  @Test
  void aRunWaitsForAServerThatIsAwayWhenItBegins() throws IOException {
    House house = new House(atServer("weft"), new MemoryStore());
    server.stop();
    try {
      house.play(new RunMemory("awaited", MANY_TRIES), house.honest());
      house.await(RunEvent.JournalFailed.class);
    } finally {
      server.startAgain();
    }

    assertThat(last(house.untilEnd()).outcome()).isEqualTo(new RunOutcome.Completed());
  }

  @Test
  void aRunWhoseServerStaysAwayEndsWithASentenceAndGoesOnLater() throws IOException {
    House house = new House(atServer("weft"), new MemoryStore());
    Puppet client = new Puppet(house);
    house.play(new RunMemory("given-up", 2), client.ref());
    ClientSession.Train train = client.accept();

    server.stop();
    try {
      client.deliver(train);
      assertThat(last(house.untilEnd()).outcome())
          .isEqualTo(
              new RunOutcome.Failed(
                  "the run's journal could not be read or written; what was committed stays"
                      + " (W-0305)"));
    } finally {
      server.startAgain();
    }

    house.play(new RunMemory("given-up", 2), house.honest());
    List<RunEvent> told = house.untilEnd();
    assertThat(last(told).outcome()).isEqualTo(new RunOutcome.Completed());
    assertThat(commits(told)).isEqualTo(ROUNDS);
  }

  /** The server has a commit on disk and the line breaks before it could say so. */
  @Test
  void aCommitWhoseAnswerIsLostCountsOnce() throws Exception {
    String database = server.database("lost");
    try (CutWire wire = new CutWire(server.port())) {
      String wordForWord = TestServer.url(wire.port(), database) + "?prepareThreshold=0";
      House house =
          new House(Journal.of(server.configAt(wordForWord), folder).open(), new MemoryStore());
      Puppet client = new Puppet(house);
      house.play(new RunMemory("lost", MANY_TRIES), client.ref());
      ClientSession.Train train = client.accept();
      assertThat(numbers(database, "lost")).isEqualTo("1..3 of 3");

      wire.muteAfter("COMMIT");
      client.deliver(train);
      for (int i = 0; i < 1000 && !numbers(database, "lost").equals("1..4 of 4"); i++) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      wire.cutAll();

      client.deliver(client.accept());
      List<RunEvent> told = house.untilEnd();
      assertThat(last(told).outcome()).isEqualTo(new RunOutcome.Completed());
      assertThat(
              told.stream()
                  .filter(RunEvent.RoundCommitted.class::isInstance)
                  .map(event -> ((RunEvent.RoundCommitted) event).metrics().round()))
          .containsExactly(1, 2);
      assertThat(told).noneMatch(RunEvent.Resumed.class::isInstance);
    }
  }
}
