package dev.weft.coordinator;

import dev.weft.coordinator.RunJournal.State;
import dev.weft.coordinator.store.StateArchive;
import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.metrics.Evaluation;
import dev.weft.protocol.RoundId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * A run decides and remembers, and never computes: {@link Round} talks to the clients, the executor
 * of {@link RunSpec} does the work.
 *
 * <p>Every round starts from the state the archive has under the last committed digest, in life as
 * after a restart, so that recovery needs no code of its own. A round's result is durable before
 * the event that names it, and the event before anyone hears of it (design.md section 3, step 6).
 *
 * <p>The actor system needs a journal plugin, {@code pekko.persistence.journal.plugin}; {@code
 * pekko.persistence.journal.inmem} is enough for a simulation.
 */
public final class Run
    extends EventSourcedBehavior<Run.Command, RunJournal.Event, RunJournal.State> {

  /** What a run understands. */
  public sealed interface Command {}

  /** Ends the run promptly; what is committed stays. */
  public record Stop() implements Command {}

  /** The state before the first round is durable and measured. */
  private record Prepared(Checkpoint initial, Evaluation evaluation) implements Command {}

  /** The last good state is in memory again, with the pieces that its next cohort needs. */
  private record Loaded(GlobalState state, List<Site> cohort, Catalogue catalogue)
      implements Command {}

  private record RoundEnded(Round.Ended ended) implements Command {}

  /** The round's result is durable and evaluated. */
  private record Settled(Checkpoint checkpoint, RoundMetrics metrics) implements Command {}

  private record Broken(String sentence) implements Command {}

  private static final String EVALUATION = "evaluation";

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final RunSpec spec;
  private final Consumer<RunEvent> listener;
  private final StateArchive archive;
  private GlobalState lastGood;
  private Optional<ActorRef<Round.Command>> round = Optional.empty();
  private long roundStarted;
  private boolean stopping;
  private boolean announced;

  /**
   * @param listener hears everything on the run's threads and must not block them; {@code
   *     actorRef::tell} is fine
   */
  public static Behavior<Command> create(RunSpec spec, Consumer<RunEvent> listener) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new Run(context, timers, spec, listener)));
  }

  private Run(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      RunSpec spec,
      Consumer<RunEvent> listener) {
    super(PersistenceId.of("run", spec.run()));
    this.context = context;
    this.timers = timers;
    this.spec = spec;
    this.listener = listener;
    this.archive = new StateArchive(spec.store(), spec.initial().adapter().target());
    this.lastGood = spec.initial();
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
        .onSignal(RecoveryCompleted.instance(), this::proceed)
        .onSignal(
            PostStop.instance(),
            state -> announceEnd(new RunOutcome.Failed("the run's actor or its journal stopped")))
        .build();
  }

  @Override
  public CommandHandler<Command, RunJournal.Event, State> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(Stop.class, this::onStop)
        .onCommand(Prepared.class, this::onPrepared)
        .onCommand(Loaded.class, this::onLoaded)
        .onCommand(RoundEnded.class, this::onRoundEnded)
        .onCommand(Settled.class, this::onSettled)
        .onCommand(Broken.class, broken -> fail(broken.sentence()))
        .build();
  }

  /** The next thing to do; all that recovery needs. */
  private void proceed(State state) {
    if (state instanceof State.Fresh) {
      settle("before round 1", spec.initial(), Prepared::new);
    } else if (state instanceof State.Playing playing) {
      compute("loading the last state", () -> load(playing.first(), playing.last()));
    } else if (state instanceof State.Finished finished) {
      compute("loading the last state", () -> load(finished.first(), finished.last()));
    }
  }

  private Effect<RunJournal.Event, State> onPrepared(Prepared prepared) {
    timers.cancel(EVALUATION);
    return Effect()
        .persist(new RunJournal.RunStarted(prepared.initial(), prepared.evaluation()))
        .thenRun(
            state -> {
              listener.accept(new RunEvent.RunStarted(prepared.evaluation()));
              proceed(state);
            });
  }

  private Effect<RunJournal.Event, State> onLoaded(State state, Loaded loaded) {
    lastGood = loaded.state();
    if (state instanceof State.Finished) {
      return end(new RunOutcome.Completed());
    }
    if (lastGood.round() >= spec.rounds()) {
      return Effect()
          .persist(new RunJournal.RunFinished())
          .thenRun(() -> announceEnd(new RunOutcome.Completed()))
          .thenStop();
    }
    int number = lastGood.round() + 1;
    int attempt = ((State.Playing) state).attempts() + 1;
    return Effect()
        .persist(new RunJournal.RoundStarted(number, attempt))
        .thenRun(() -> play(new RoundId(spec.run(), number, attempt), loaded));
  }

  private void play(RoundId id, Loaded loaded) {
    RoundPlan plan = new RoundPlan(spec, id, loaded.state(), loaded.catalogue(), loaded.cohort());
    listener.accept(
        new RunEvent.RoundStarted(
            id.round(), id.attempt(), plan.cohort().stream().map(Site::name).toList()));
    roundStarted = System.nanoTime();
    ActorRef<Round.Command> actor =
        context.spawn(
            Round.create(
                plan, listener, context.messageAdapter(Round.Ended.class, RoundEnded::new)),
            Text.format("round-%d-%d", id.round(), id.attempt()));
    context.watchWith(actor, new Broken(Text.format("round %d: its actor stopped", id.round())));
    round = Optional.of(actor);
  }

  private Effect<RunJournal.Event, State> onRoundEnded(RoundEnded message) {
    round = Optional.empty();
    Round.Ended ended = message.ended();
    if (stopping || ended.outcome() instanceof Round.Cancelled) {
      return end(new RunOutcome.Stopped());
    }
    if (ended.outcome() instanceof Round.Failed failed) {
      return fail(failed.reason());
    }
    Round.Aggregated aggregated = (Round.Aggregated) ended.outcome();
    GlobalState next = aggregated.result().next();
    settle(
        "round " + next.round(),
        next,
        (checkpoint, evaluation) ->
            new Settled(checkpoint, metrics(aggregated, ended, evaluation)));
    return Effect().none();
  }

  /** Makes a state durable and measures it; all of this must be done before the commit. */
  private void settle(
      String when, GlobalState state, BiFunction<Checkpoint, Evaluation, Command> result) {
    timers.startSingleTimer(
        EVALUATION,
        new Broken(when + ": the state was not evaluated in time"),
        spec.round().evaluationDeadline());
    pipe(
        when + ": storing and evaluating",
        CompletableFuture.supplyAsync(() -> checkpoint(state), spec.executor())
            .thenCompose(
                checkpoint ->
                    spec.evaluator()
                        .evaluate(state)
                        .thenApply(evaluation -> result.apply(checkpoint, evaluation))));
  }

  private Effect<RunJournal.Event, State> onSettled(Settled settled) {
    timers.cancel(EVALUATION);
    return Effect()
        .persist(new RunJournal.RoundCommitted(settled.checkpoint(), settled.metrics()))
        .thenRun(
            state -> {
              listener.accept(
                  new RunEvent.RoundCommitted(settled.metrics(), settled.checkpoint().state()));
              proceed(state);
            });
  }

  /** A round that is under way releases its clients first. */
  private Effect<RunJournal.Event, State> onStop(Stop stop) {
    stopping = true;
    round.ifPresent(actor -> actor.tell(new Round.Cancel("the run was stopped")));
    return round.isPresent() ? Effect().none() : end(new RunOutcome.Stopped());
  }

  private Effect<RunJournal.Event, State> fail(String reason) {
    return Effect()
        .persist(new RunJournal.RunFailed(reason))
        .thenRun(() -> announceEnd(new RunOutcome.Failed(reason)))
        .thenStop();
  }

  private Effect<RunJournal.Event, State> end(RunOutcome outcome) {
    return Effect().none().thenRun(() -> announceEnd(outcome)).thenStop();
  }

  private void announceEnd(RunOutcome outcome) {
    if (!announced) {
      announced = true;
      listener.accept(new RunEvent.RunEnded(outcome, lastGood));
    }
  }

  private Checkpoint checkpoint(GlobalState state) {
    return new Checkpoint(state.round(), state.digest(), archive.save(state));
  }

  private Loaded load(Checkpoint first, Checkpoint last) {
    Digest initial = spec.initial().digest();
    if (!first.state().equals(initial)) {
      throw new WeftException(
          Problem.WRONG_REFERENCE,
          Text.format(
              "run %s was started from state %s, not %s; give the new run another name",
              spec.run(), first.state().brief(), initial.brief()));
    }
    GlobalState state = archive.load(last.manifest());
    if (!state.digest().equals(last.state()) || state.round() != last.round()) {
      throw new WeftException(
          Problem.BAD_ARTIFACT,
          Text.format("artifact %s is not the state of round %d", last.manifest(), last.round()));
    }
    List<Site> cohort = Cohort.sample(spec.sites(), spec.round(), spec.seed(), state.round() + 1);
    return new Loaded(state, cohort, Catalogue.of(state, cohort.stream().map(Site::rank).toList()));
  }

  private RoundMetrics metrics(
      Round.Aggregated aggregated, Round.Ended ended, Evaluation evaluation) {
    long examples = 0;
    long processed = 0;
    double lossSum = 0;
    for (Delivery delivery : aggregated.delivered().values()) {
      examples += delivery.examples();
      processed += delivery.examplesProcessed();
      lossSum += delivery.examples() * delivery.meanLoss();
    }
    return new RoundMetrics(
        aggregated.result().next().round(),
        aggregated.delivered().size(),
        examples,
        processed,
        lossSum / examples,
        evaluation,
        ended.bytesUp(),
        ended.bytesDown(),
        aggregated.result().aggregationError(),
        aggregated.result().fixedPointBound(),
        (System.nanoTime() - roundStarted) * 1e-9);
  }

  private void compute(String what, Supplier<Command> work) {
    pipe(what, CompletableFuture.supplyAsync(work, spec.executor()));
  }

  private void pipe(String what, CompletionStage<? extends Command> work) {
    context.pipeToSelf(
        work.<Command>thenApply(command -> command),
        (command, thrown) ->
            thrown == null
                ? command
                : new Broken(WeftException.from(thrown, Problem.INTERNAL, what).sentence()));
  }
}
