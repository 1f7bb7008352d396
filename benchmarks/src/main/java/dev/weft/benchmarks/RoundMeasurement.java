package dev.weft.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weft.aggregation.method.Methods;
import dev.weft.client.Client;
import dev.weft.client.ClientSetup;
import dev.weft.client.LocalTrainer;
import dev.weft.client.Pieces;
import dev.weft.client.TrainingShelf;
import dev.weft.coordinator.Run;
import dev.weft.coordinator.RunEvent;
import dev.weft.coordinator.RunFacilities;
import dev.weft.coordinator.RunOutcome;
import dev.weft.coordinator.RunSpec;
import dev.weft.coordinator.Sessions;
import dev.weft.coordinator.Site;
import dev.weft.coordinator.journal.RunHome;
import dev.weft.coordinator.store.ArtifactDesk;
import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.core.config.ClientConfig.Policy.Losses;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.RoundConfig;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.method.Method;
import dev.weft.core.metrics.TrainingFigures;
import dev.weft.core.random.Seed;
import dev.weft.core.update.FixedPoint;
import dev.weft.core.update.UpdateEncoding;
import dev.weft.finetune.training.TrainingResult;
import dev.weft.text.TokenizedSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * What a round costs beside training: coordinator and clients are the actors of every run, the
 * clients' trainers return at once and the adapter is small.
 *
 * @param clients that are asked, all of which deliver
 * @param seconds from the first offer until the result was durable, in the second round of a run
 * @param peakResidentBytes most that this process occupied meanwhile; 0 where the system does not
 *     say
 */
public record RoundMeasurement(int clients, double seconds, long peakResidentBytes) {
  private static final AdapterTarget TARGET =
      AdapterTarget.of(
          List.of(
              new AdapterTarget.Layer("query", 32, 32), new AdapterTarget.Layer("value", 32, 32)),
          new AdapterTarget.Head(2, 32));
  private static final Digest BASE = Digest.builder().add("no base").build();
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** The first round also compiles the code that the second one runs. */
  private static final int ROUNDS = 2;

  /**
   * Plays the rounds with so many clients.
   *
   * @throws WeftException if they do not end well, which is a defect
   */
  public static RoundMeasurement of(int clients) {
    ExecutorService training =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    ExecutorService server = Executors.newSingleThreadExecutor();
    ResidentMemory.restart();
    try {
      return new RoundMeasurement(clients, play(clients, training, server), ResidentMemory.peak());
    } finally {
      training.shutdown();
      server.shutdown();
    }
  }

  /** The keys are those of the components. */
  public String toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("clients", clients)
        .put("seconds", seconds)
        .put("peakResidentBytes", peakResidentBytes)
        .toString();
  }

  private static double play(int clients, ExecutorService training, ExecutorService server) {
    CompletableFuture<Double> seconds = new CompletableFuture<>();
    ActorSystem<Run.Command> system =
        ActorSystem.create(
            Behaviors.<Run.Command>setup(
                context -> run(context, clients, training, server, seconds)),
            "bench",
            RunHome.inMemory().actors());
    try {
      system
          .getWhenTerminated()
          .thenRun(() -> seconds.completeExceptionally(defect("the actors ended too early")));
      return seconds.join();
    } finally {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().join();
    }
  }

  private static Behavior<Run.Command> run(
      ActorContext<Run.Command> context,
      int clients,
      ExecutorService training,
      ExecutorService server,
      CompletableFuture<Double> seconds) {
    WeftConfig config =
        ConfigLoader.load(Optional.empty(), Map.of("method.name", "ffa-lora", "method.rank", "2"));
    Method method = Methods.resolve(config.method());
    Seed seed = new Seed(config.run().seed());
    Pieces pieces = new Pieces();
    TokenizedSet data = TokenizedSet.classified(new int[1][1], new int[1]);
    ArtifactDesk desk = new ArtifactDesk(new MemoryStore(), new MemoryStore());
    ActorRef<Sessions.Message> sessions = context.spawn(Sessions.create(), "sessions");
    List<Site> sites = new ArrayList<>();
    for (int i = 1; i <= clients; i++) {
      String name = "client-" + i;
      sites.add(new Site(name, method.adapter().rank()));
      sessions.tell(
          new Sessions.Join(
              name,
              context.spawn(
                  Client.create(
                      new ClientSetup(
                          name,
                          TARGET,
                          BASE,
                          data,
                          pieces,
                          desk.at(name),
                          new MemoryStore(),
                          idle(),
                          ClientSetup.ANY_UPLOAD,
                          Losses.SHARE,
                          Optional.empty(),
                          TrainingShelf.NONE,
                          training)),
                  name)));
    }
    RunSpec spec =
        new RunSpec(
            "bench",
            method,
            LocalTraining.ofEpochs(1, 1, 1e-3),
            new RoundConfig(
                1,
                clients,
                Optional.empty(),
                Optional.empty(),
                PATIENCE,
                PATIENCE,
                PATIENCE,
                PATIENCE,
                PATIENCE),
            new UpdateEncoding(FixedPoint.fitting(1, 1), 1, clients),
            seed,
            ROUNDS,
            method.init().initialise(method.adapter(), TARGET, seed.of("adapter"), List.of()),
            BASE,
            sites,
            false,
            Map.of());
    RunFacilities facilities = new RunFacilities(sessions, desk, Optional.empty(), false, server);
    return Run.create(spec, facilities, event -> hear(event, seconds));
  }

  private static LocalTrainer idle() {
    return (job, listener) ->
        CompletableFuture.completedFuture(
            new TrainingResult(job.adapter().trained(), new TrainingFigures(0, 1, 1, 1)));
  }

  private static void hear(RunEvent event, CompletableFuture<Double> seconds) {
    if (event instanceof RunEvent.RoundCommitted committed
        && committed.metrics().round() == ROUNDS) {
      seconds.complete(committed.metrics().seconds());
    } else if (event instanceof RunEvent.RunEnded ended
        && ended.outcome() instanceof RunOutcome.Failed failed) {
      seconds.completeExceptionally(defect(failed.reason()));
    }
  }

  private static WeftException defect(String why) {
    return new WeftException(
        Problem.INTERNAL, Text.format("a round of idle clients did not end well: %s", why));
  }
}
