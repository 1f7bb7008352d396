package dev.weft.simulation;

import dev.weft.client.Client;
import dev.weft.client.ClientSetup;
import dev.weft.client.EngineTrainer;
import dev.weft.client.LocalTrainer;
import dev.weft.client.Pieces;
import dev.weft.coordinator.Run;
import dev.weft.coordinator.RunEvent;
import dev.weft.coordinator.RunFacilities;
import dev.weft.coordinator.RunOutcome;
import dev.weft.coordinator.RunSpec;
import dev.weft.coordinator.Sessions;
import dev.weft.coordinator.Site;
import dev.weft.coordinator.journal.RunHome;
import dev.weft.coordinator.store.ArtifactDesk;
import dev.weft.core.Text;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.state.StateManifest;
import dev.weft.finetune.training.Threads;
import dev.weft.simulation.report.MeasuredRound;
import dev.weft.text.TokenizedSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * One method on a workbench: the coordinator's and the clients' own actors, in one actor system.
 * Trainings run on threads of their own, as many as {@code simulation.parallelism} says, each of
 * one client or of {@code simulation.lanes}.
 */
final class FederatedRun implements AutoCloseable {
  private static final double NANOS = 1e9;

  private final Workbench bench;
  private final Start start;
  private final RunSpec spec;
  private final ArtifactDesk desk;
  private final Consumer<RunEvent> listener;
  private final List<MeasuredRound> rounds = new ArrayList<>();
  private final List<String> warnings;
  private final CompletableFuture<RunEvent.RunEnded> ended = new CompletableFuture<>();
  private final ExecutorService training;
  private final ExecutorService server;
  private final ExecutorService evaluation;
  private final Optional<SharedPasses> passes;
  private final Measurements measurements = new Measurements(new Memory());
  private final ActorSystem<Run.Command> system;
  private final long started = System.nanoTime();
  private Optional<Evaluation> initial = Optional.empty();

  private FederatedRun(
      Workbench bench, Start start, RunSpec spec, RunHome home, Consumer<RunEvent> listener) {
    this.bench = bench;
    this.start = start;
    this.spec = spec;
    this.desk = new ArtifactDesk(home.store(), home.uploads());
    this.listener = listener;
    training = Threads.pool("training", bench.memory().workers());
    server = Threads.pool("server", 1);
    evaluation = Threads.pool("evaluation", 1);
    warnings = new ArrayList<>(bench.warnings());
    warnings.addAll(start.warnings(bench));
    Map<String, Integer> ranks =
        spec.sites().stream().collect(Collectors.toMap(Site::name, Site::rank));
    passes =
        lanes(start) > 1
            ? Optional.of(new SharedPasses(bench.model()::train, lanes(start), ranks, training))
            : Optional.empty();
    system =
        ActorSystem.create(
            RunGuardian.create(this::coordinator, ended::completeExceptionally),
            "weft",
            home.actors());
    system
        .getWhenTerminated()
        .whenComplete(
            (done, thrown) ->
                ended.completeExceptionally(
                    new WeftException(Problem.INTERNAL, "the run's actors ended before it")));
  }

  /**
   * Starts the run, or goes on with the one that its home holds; it goes on by itself.
   *
   * @param spec of this start ({@link Specification})
   * @param listener hears of everything, on the run's threads; must not block them
   */
  static FederatedRun start(
      Workbench bench, Start start, RunSpec spec, RunHome home, Consumer<RunEvent> listener) {
    return new FederatedRun(bench, start, spec, home, listener);
  }

  /**
   * Waits for the end; a stopped or dropped client's training may still be under way.
   *
   * @throws WeftException if there was no run, or its listener failed
   */
  RunResult await() {
    RunEvent.RunEnded end = end();
    if (end.outcome() instanceof RunOutcome.Refused refused) {
      throw new WeftException(Problem.ANOTHER_RUN, refused.reason());
    }
    return new RunResult(
        start.method().name(),
        end.outcome(),
        end.lastGood(),
        StateManifest.of(end.lastGood()).digest(),
        initial,
        rounds,
        warnings,
        (System.nanoTime() - started) / NANOS);
  }

  private RunEvent.RunEnded end() {
    try {
      return ended.join();
    } catch (CompletionException e) {
      throw WeftException.from(e, Problem.INTERNAL, "the run");
    }
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
    Threads.end(server);
    Threads.end(evaluation);
  }

  private Behavior<Run.Command> coordinator(ActorContext<Run.Command> context) {
    return Run.create(spec, facilities(context), this::hear);
  }

  private RunFacilities facilities(ActorContext<Run.Command> context) {
    return new RunFacilities(
        clients(context),
        desk,
        state -> CompletableFuture.supplyAsync(() -> evaluate(state), evaluation),
        server);
  }

  private Evaluation evaluate(GlobalState state) {
    return bench
        .model()
        .evaluate(state.adapter(), state.sideDeltas(), bench.test(), bench.memory().workers());
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

  /** A listener that fails ends everything: nobody would see the rest. */
  private void hear(RunEvent event) {
    try {
      take(event);
      listener.accept(event);
    } catch (RuntimeException e) {
      ended.completeExceptionally(e);
    }
    if (event instanceof RunEvent.RunEnded end) {
      ended.complete(end);
    }
  }

  private void take(RunEvent event) {
    measurements.accept(event);
    if (event instanceof RunEvent.Resumed resumed) {
      resumed.told().forEach(this::warn);
    } else if (event instanceof RunEvent.RoundStarted begun) {
      passes.ifPresent(shared -> shared.begin(begun.round(), begun.cohort()));
    } else if (event instanceof RunEvent.ClientDropped dropped) {
      passes.ifPresent(shared -> shared.drop(dropped.client()));
    }
    warn(event);
  }

  private void warn(RunEvent event) {
    if (event instanceof RunEvent.EvaluationFailed failed) {
      warnings.add(
          Text.format(
              "%s: not measured: %s",
              failed.round() == 0 ? "start" : "round " + failed.round(), failed.sentence()));
    } else if (event instanceof RunEvent.ClientDropped dropped) {
      warnings.add(Text.format("round %d: %s", dropped.round(), dropped.sentence()));
    } else if (event instanceof RunEvent.RoundFailed failed) {
      warnings.add(failed.sentence());
    }
  }

  /** What the run's result will hold. */
  private final class Memory implements Measurements.Keeper {
    @Override
    public void start(Optional<Evaluation> measured) {
      initial = measured;
    }

    @Override
    public void round(MeasuredRound round) {
      rounds.add(round);
    }
  }
}
