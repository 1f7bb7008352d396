package dev.weft.federation;

import dev.weft.coordinator.Evaluator;
import dev.weft.coordinator.Run;
import dev.weft.coordinator.RunEvent;
import dev.weft.coordinator.RunFacilities;
import dev.weft.coordinator.RunMemory;
import dev.weft.coordinator.RunOutcome;
import dev.weft.coordinator.RunSpec;
import dev.weft.coordinator.Sessions;
import dev.weft.coordinator.store.ArtifactDesk;
import dev.weft.core.Text;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.state.StateManifest;
import dev.weft.federation.report.Findings;
import dev.weft.federation.report.MeasuredRound;
import dev.weft.federation.report.Measurements;
import dev.weft.finetune.training.Threads;
import dev.weft.text.TokenizedSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;

/**
 * One run of one method: what the coordinator computes for it, and what comes of it. The actor that
 * decides is {@link #behavior}; who spawns it sees to its sites.
 */
public final class FederatedRun implements AutoCloseable {
  private static final double NANOS = 1e9;

  private final Ground ground;
  private final Start start;
  private final RunSpec spec;
  private final ArtifactDesk desk;
  private final Consumer<RunEvent> listener;
  private final List<MeasuredRound> rounds = new ArrayList<>();
  private final List<String> warnings;
  private final CompletableFuture<RunEvent.RunEnded> ended = new CompletableFuture<>();
  private final ExecutorService server;
  private final ExecutorService evaluation;
  private final Measurements measurements = new Measurements(new Memory());
  private final long started = System.nanoTime();
  private Findings initial = Findings.NONE;

  /**
   * @param spec of this start ({@link Specification})
   * @param desk where its sites fetch and leave artifacts
   * @param listener hears of everything, on the run's threads; must not block them
   */
  public FederatedRun(
      Ground ground, Start start, RunSpec spec, ArtifactDesk desk, Consumer<RunEvent> listener) {
    this.ground = ground;
    this.start = start;
    this.spec = spec;
    this.desk = desk;
    this.listener = listener;
    server = Threads.pool("server", 1);
    evaluation = Threads.pool("evaluation", 1);
    warnings = new ArrayList<>(ground.warnings());
    warnings.addAll(start.warnings(ground));
  }

  /**
   * What decides the run: it begins at once, or goes on with what its journal holds.
   *
   * @param sessions where its sites are reached
   * @param memory how it finds its events in the journal
   */
  public Behavior<Run.Command> behavior(ActorRef<Sessions.Message> sessions, RunMemory memory) {
    return Run.create(
        spec,
        new RunFacilities(
            sessions,
            desk,
            ground.heldOut().test().map(this::evaluator),
            ground.asksSites(),
            server),
        memory,
        this::hear);
  }

  private Evaluator evaluator(TokenizedSet test) {
    return state -> CompletableFuture.supplyAsync(() -> evaluate(state, test), evaluation);
  }

  private Evaluation evaluate(GlobalState state, TokenizedSet test) {
    return ground
        .model()
        .evaluate(state.adapter(), state.sideDeltas(), test, ground.memory().workers());
  }

  /** There will be no end of its own, for this reason. */
  public void fail(Throwable reason) {
    ended.completeExceptionally(reason);
  }

  /**
   * Waits for the end; a stopped or dropped site's training may still be under way.
   *
   * @throws WeftException if there was no run, or its listener failed
   */
  public RunResult await() {
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

  /** Ends what nobody waits for any more; its actor is gone by then. */
  @Override
  public void close() {
    Threads.end(server);
    Threads.end(evaluation);
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
    public void start(Findings findings) {
      initial = findings;
    }

    @Override
    public void round(MeasuredRound round) {
      rounds.add(round);
    }
  }
}
