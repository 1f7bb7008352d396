package dev.weft.simulation;

import dev.weft.client.Client;
import dev.weft.client.ClientSetup;
import dev.weft.client.EngineTrainer;
import dev.weft.client.LocalTrainer;
import dev.weft.client.Pieces;
import dev.weft.client.TrainingShelf;
import dev.weft.coordinator.Run;
import dev.weft.coordinator.RunEvent;
import dev.weft.coordinator.RunMemory;
import dev.weft.coordinator.RunSpec;
import dev.weft.coordinator.Sessions;
import dev.weft.coordinator.Site;
import dev.weft.coordinator.journal.RunHome;
import dev.weft.coordinator.store.ArtifactDesk;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.core.config.ClientConfig.Policy.Losses;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.federation.FederatedRun;
import dev.weft.federation.RunGuardian;
import dev.weft.federation.RunResult;
import dev.weft.federation.Start;
import dev.weft.finetune.training.Threads;
import dev.weft.text.TokenizedSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * A run on a workbench: the coordinator's and the clients' own actors, in one actor system.
 * Trainings run on threads of their own, as many as {@code simulation.parallelism} says, each of
 * one client or of {@code simulation.lanes}.
 */
final class SimulatedRun implements AutoCloseable {
  private final Workbench bench;
  private final Start start;
  private final ArtifactDesk desk;
  private final FederatedRun run;
  private final ExecutorService training;
  private final Optional<SharedPasses> passes;
  private final ActorSystem<Run.Command> system;

  private SimulatedRun(
      Workbench bench, Start start, RunSpec spec, RunHome home, Consumer<RunEvent> listener) {
    this.bench = bench;
    this.start = start;
    this.desk = new ArtifactDesk(home.store(), home.uploads(), home.scratch());
    training = Threads.pool("training", bench.memory().workers());
    Map<String, Integer> ranks =
        spec.sites().stream().collect(Collectors.toMap(Site::name, Site::rank));
    passes =
        lanes(start) > 1
            ? Optional.of(new SharedPasses(bench.model()::train, lanes(start), ranks, training))
            : Optional.empty();
    run = new FederatedRun(bench, start, spec, desk, event -> hear(event, listener));
    system =
        ActorSystem.create(
            RunGuardian.create(
                context -> run.behavior(clients(context), RunMemory.inFile(spec.run())), run::fail),
            "weft",
            home.actors());
    system
        .getWhenTerminated()
        .whenComplete(
            (done, thrown) ->
                run.fail(new WeftException(Problem.INTERNAL, "the run's actors ended before it")));
  }

  /**
   * Starts the run, or goes on with the one that its home holds; it goes on by itself.
   *
   * @param spec of this start
   * @param listener hears of everything, on the run's threads; must not block them
   */
  static SimulatedRun start(
      Workbench bench, Start start, RunSpec spec, RunHome home, Consumer<RunEvent> listener) {
    return new SimulatedRun(bench, start, spec, home, listener);
  }

  /** Waits for the end, as {@link FederatedRun#await}. */
  RunResult await() {
    return run.await();
  }

  /** Ends the run soon; what is committed stays. */
  void stop() {
    system.tell(new Run.Stop());
  }

  /**
   * Ends what nobody waits for any more; afterwards no thread of the run uses the workbench or its
   * home.
   */
  @Override
  public void close() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
    Threads.end(training);
    run.close();
  }

  private void hear(RunEvent event, Consumer<RunEvent> listener) {
    if (event instanceof RunEvent.RoundStarted begun) {
      passes.ifPresent(shared -> shared.begin(begun.round(), begun.cohort()));
    } else if (event instanceof RunEvent.ClientDropped dropped) {
      passes.ifPresent(shared -> shared.drop(dropped.client()));
    }
    listener.accept(event);
  }

  /** A client's actor has a number for a name, since a site may be called anything. */
  private ActorRef<Sessions.Message> clients(ActorContext<Run.Command> context) {
    ActorRef<Sessions.Message> sessions = context.spawn(Sessions.create(), "sessions");
    Pieces pieces = new Pieces();
    int number = 0;
    for (Map.Entry<String, TokenizedSet> client : bench.clients().entrySet()) {
      number++;
      sessions.tell(
          new Sessions.Join(
              client.getKey(),
              context.spawn(
                  Client.create(setup(client.getKey(), client.getValue(), pieces)),
                  "client-" + number)));
    }
    return sessions;
  }

  private ClientSetup setup(String name, TokenizedSet data, Pieces pieces) {
    return new ClientSetup(
        name,
        bench.target(),
        bench.model().facts().digest(),
        data,
        pieces,
        desk.at(name),
        new MemoryStore(),
        new FaultyTrainer(name, trainer(name), start.config().simulation().faults(), bench.seed()),
        ClientSetup.ANY_UPLOAD,
        Losses.SHARE,
        Optional.empty(),
        TrainingShelf.NONE,
        training);
  }

  private LocalTrainer trainer(String client) {
    return passes
        .map(shared -> shared.trainer(client))
        .orElseGet(() -> new EngineTrainer(bench.model()));
  }

  /** An adapter that is more than a product must have the base to itself. */
  private static int lanes(Start start) {
    return start.method().adapter().product() ? start.config().simulation().lanes() : 1;
  }
}
