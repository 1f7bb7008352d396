package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.coordinator.RoundMetrics;
import dev.weft.coordinator.RunJournal;
import dev.weft.coordinator.RunJournal.State;
import dev.weft.coordinator.journal.JournalFile;
import dev.weft.coordinator.store.Checkpoint;
import dev.weft.core.Text;
import dev.weft.core.metrics.Evaluation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A coordinator that is killed in a long run comes back and goes on with it. {@code
 * -Dweft.journal.rounds=1000} has that many rounds in its journal; how soon it serves again is
 * printed.
 */
class LongJournalTest {
  private static final int ROUNDS = Integer.getInteger("weft.journal.rounds", 30);
  private static final long LIVENESS_MINUTES = 5;

  @TempDir private Path folder;
  private Processes processes;
  private int port;
  private int metrics;

  @BeforeEach
  void writeFiles() throws IOException {
    processes = new Processes(folder);
    port = Processes.freePort();
    metrics = Processes.freePort();
    List<String> rows = new ArrayList<>(List.of("text,label"));
    for (int i = 0; i < 24; i++) {
      rows.add("number " + i + "," + (i % 2 == 0 ? "even" : "odd"));
    }
    Files.write(folder.resolve("rows.csv"), rows);
    Files.writeString(
        folder.resolve("run.conf"),
        Text.format(
            """
            run { name = long, rounds = %d, output = runs, sites = [north] }
            method.rank = 2
            model { max-tokens = 12, targets = ["5.attention.self.query"] }
            training { local-steps = 1, batch-size = 4 }
            engine { precision = float32, memory = 2 GB }
            data { test-source = rows.csv, public-source = rows.csv }
            """,
            ROUNDS + 1));
  }

  @AfterEach
  void endAll() throws InterruptedException {
    processes.endAll();
  }

  @Test
  void aLongRunIsServedSoonAfterARestartAndGoesOn() throws Exception {
    processes.call("init", "--home", "c", "--name", "board", "--address", "localhost:" + port);
    processes.start("coordinator", coordinator());
    List<String> invited = processes.call("invite", "--home", "c", "north").lines();
    processes.call("join", "--home", "s", invited.get(invited.size() - 1));
    processes.start("site", List.of("client", "--home", "s", "--set", "data.source=rows.csv"));
    processes.awaitWords("coordinator", "round 1/" + (ROUNDS + 1));
    processes.kill("coordinator");
    JournalFile journal = new JournalFile(folder.resolve("c/state/journal"));
    fill(journal);

    long start = System.nanoTime();
    processes.start("coordinator", coordinator());
    double open = secondsUntil(start, this::isOpen);
    double ready = secondsUntil(start, this::isReady);
    Duration busy = processes.of("coordinator").info().totalCpuDuration().orElse(Duration.ZERO);
    System.out.println(
        Text.format(
            "%d rounds, a journal of %d bytes: port open after %.2f s, ready after %.2f s, which"
                + " took %.2f s of processors",
            ROUNDS, Files.size(journal.file()), open, ready, busy.toMillis() * 1e-3));

    assertThat(processes.await("coordinator", TimeUnit.MINUTES.toMillis(LIVENESS_MINUTES)))
        .as(processes.log("coordinator"))
        .isTrue();
    assertThat(processes.of("coordinator").exitValue()).as(processes.log("coordinator")).isZero();
    assertThat(Files.readAllLines(folder.resolve("runs/long/metrics.jsonl")))
        .as("the start and every round")
        .hasSize(ROUNDS + 2);
  }

  private List<String> coordinator() {
    return List.of(
        "coordinator",
        "--home",
        "c",
        "--run",
        "run.conf",
        "--set",
        "coordinator.metrics-listen=\"127.0.0.1:" + metrics + "\"");
  }

  private interface Question {
    boolean answer() throws IOException, InterruptedException;
  }

  private double secondsUntil(long start, Question question) throws Exception {
    while (!question.answer()) {
      if (processes.await("coordinator", 5)) {
        throw new IllegalStateException(processes.log("coordinator"));
      }
    }
    return (System.nanoTime() - start) * 1e-9;
  }

  private boolean isOpen() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException closed) {
      return false;
    }
  }

  private boolean isReady() throws InterruptedException {
    try {
      return HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metrics + "/ready"))
                      .build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException closed) {
      return false;
    }
  }

  /** Goes on with the run's journal as the run does, up to the last round but one. */
  private static void fill(JournalFile journal) throws Exception {
    Config config = journal.open();
    PersistenceId run;
    try (Connection connection =
            DriverManager.getConnection(config.getString("jdbc-journal.slick.db.url"));
        ResultSet row =
            connection
                .createStatement()
                .executeQuery("SELECT DISTINCT \"persistence_id\" FROM \"event_journal\"")) {
      assertThat(row.next()).isTrue();
      run = PersistenceId.ofUniqueId(row.getString(1));
    }
    ActorTestKit kit =
        ActorTestKit.create("filler", config.withFallback(ConfigFactory.load("weft-in-process")));
    try {
      TestProbe<Done> done = kit.createTestProbe();
      kit.spawn(Filler.create(run, done.ref()));
      done.receiveMessage(Duration.ofMinutes(LIVENESS_MINUTES));
    } finally {
      kit.shutdownTestKit();
    }
  }

  /** Writes rounds that lead nowhere new, one after the other. */
  private static final class Filler
      extends EventSourcedBehavior<Filler.Next, RunJournal.Event, RunJournal.State> {
    private record Next() {}

    private final ActorContext<Next> context;
    private final ActorRef<Done> done;

    static Behavior<Next> create(PersistenceId run, ActorRef<Done> done) {
      return Behaviors.setup(context -> new Filler(context, run, done));
    }

    private Filler(ActorContext<Next> context, PersistenceId run, ActorRef<Done> done) {
      super(run);
      this.context = context;
      this.done = done;
    }

    @Override
    public State emptyState() {
      return new State.Fresh();
    }

    @Override
    public EventHandler<State, RunJournal.Event> eventHandler() {
      return State::after;
    }

    @Override
    public SignalHandler<State> signalHandler() {
      return newSignalHandlerBuilder()
          .onSignal(RecoveryCompleted.instance(), state -> context.getSelf().tell(new Next()))
          .build();
    }

    @Override
    public CommandHandler<Next, RunJournal.Event, State> commandHandler() {
      return newCommandHandlerBuilder()
          .forAnyState()
          .onCommand(Next.class, (state, next) -> write((State.Playing) state))
          .build();
    }

    private Effect<RunJournal.Event, State> write(State.Playing state) {
      if (state.last().round() >= ROUNDS) {
        done.tell(Done.getInstance());
        return Effect().none();
      }
      return Effect()
          .persist(round(state.last()))
          .thenRun(() -> context.getSelf().tell(new Next()));
    }

    private static List<RunJournal.Event> round(Checkpoint last) {
      int round = last.round() + 1;
      return List.of(
          new RunJournal.RoundStarted(round, 1, List.of("north")),
          new RunJournal.RoundCommitted(
              new Checkpoint(round, last.state(), last.memory()),
              new RoundMetrics(round, 1, 24, 4, 0.7, 5000, 9000, 1e-9, 1e-6, 0.5)),
          new RunJournal.Evaluated(round, Evaluation.classification(0.7, 0.5, 0.5, 24)));
    }
  }
}
