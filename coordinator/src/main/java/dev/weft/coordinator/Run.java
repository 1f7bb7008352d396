package dev.weft.coordinator;

import dev.weft.coordinator.RunJournal.State;
import dev.weft.coordinator.journal.Fence;
import dev.weft.coordinator.store.Archived;
import dev.weft.coordinator.store.Checkpoint;
import dev.weft.coordinator.store.StateArchive;
import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.config.Durations;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.SitesEvaluation;
import dev.weft.core.state.StateManifest;
import dev.weft.protocol.RoundId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.persistence.typed.JournalPersistFailed;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.RecoveryFailed;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EffectBuilder;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * A run decides and remembers, and never computes: {@link Rounds} talks to the clients, the
 * executor of {@link RunSpec} does the work.
 *
 * <p>Every round starts from the last committed state: in life from memory, after a restart from
 * the archive, bit for bit the same. A round's result is durable before the event that names it,
 * and the event before anyone hears of it; it is measured afterwards, here and at the sites, and
 * stands whether that succeeds or not (design.md section 3, steps 6 and 7).
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

  /**
   * Ends the run as failed, promptly; what is committed stays.
   *
   * @param reason one sentence
   */
  public record Fail(String reason) implements Command {}

  /** What was begun is another run. */
  private record Refuse(String reason) implements Command {}

  /** The state before the first round is durable. */
  private record Prepared(Archived initial) implements Command {}

  /** The last good state is in memory, with the pieces that its next cohort needs. */
  private record Ready(Archived last, List<Site> cohort, Catalogue catalogue) implements Command {
    GlobalState state() {
      return last.state();
    }
  }

  private record RoundEnded(Round.Ended ended) implements Command {}

  /** The pause after a failed round is over. */
  private record TryAgain() implements Command {}

  /** The round's result is durable. */
  private record Stored(Archived next, RoundMetrics metrics) implements Command {}

  /** What the sites have said of the last good state. */
  private record Surveyed(SitesEvaluation evaluation) implements Command {}

  private record Measured(Ready ready, Evaluation evaluation) implements Command {}

  private record NotMeasured(Ready ready, String reason) implements Command {}

  /** The actor that plays the rounds is gone. */
  private record RoundsCrashed(String reason) implements Command {}

  /** How a journal that fails is tried again. */
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /** Longer than a single try may take, so that tries add up until one succeeds. */
  private static final Duration CALM = Duration.ofMinutes(1);

  private static final String STOPPED =
      new WeftException(
              Problem.STORE_FAILED,
              "the run's journal could not be read or written; what was committed stays")
          .sentence();

  private static final String FENCED =
      new WeftException(
              Problem.JOURNAL_UNAVAILABLE,
              "another coordinator writes to this run's journal; end one of the two, then let the"
                  + " run go on there")
          .sentence();

  private static final String STORING = "storing";
  private static final String EVALUATION = "evaluation";
  private static final String RETRY = "retry";

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final RunSpec spec;
  private final RunFacilities facilities;
  private final Consumer<RunEvent> listener;
  private final StateArchive archive;
  private ActorRef<Rounds.Message> rounds;
  private Optional<Archived> durable = Optional.empty();

  /** How many of the journal's events were told in this process, or are about to be. */
  private int heard;

  private Optional<RoundId> playing = Optional.empty();

  /** What the sites are asked about now. */
  private Optional<Ready> surveying = Optional.empty();

  private long roundStarted;
  private boolean stopping;
  private boolean announced;

  /** Whether the journal has failed since it last answered. */
  private boolean away;

  /** Whether a write may be in the journal of which nothing was heard. */
  private boolean unsure;

  /**
   * A run whose name no other run of its journal has.
   *
   * @param listener hears everything on the run's threads and must not block them; {@code
   *     actorRef::tell} is fine
   */
  public static Behavior<Command> create(
      RunSpec spec, RunFacilities facilities, Consumer<RunEvent> listener) {
    return create(spec, facilities, RunMemory.inFile(spec.run()), listener);
  }

  /**
   * @param memory how it finds its events in the journal
   * @param listener hears everything on the run's threads and must not block them
   */
  public static Behavior<Command> create(
      RunSpec spec, RunFacilities facilities, RunMemory memory, Consumer<RunEvent> listener) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new Run(context, timers, spec, facilities, memory, listener)));
  }

  private Run(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      RunSpec spec,
      RunFacilities facilities,
      RunMemory memory,
      Consumer<RunEvent> listener) {
    super(
        PersistenceId.of("run", URLEncoder.encode(memory.id(), StandardCharsets.UTF_8)),
        SupervisorStrategy.restartWithBackoff(FIRST_PAUSE, LONGEST_PAUSE, 0)
            .withResetBackoffAfter(CALM)
            .withMaxRestarts(memory.tries()));
    this.context = context;
    this.timers = timers;
    this.spec = spec;
    this.facilities = facilities;
    this.listener = listener;
    this.archive = new StateArchive(facilities.desk().store(), spec.initial().adapter().target());
  }

  private ActorRef<Rounds.Message> spawnRounds() {
    ActorRef<Rounds.Message> actor =
        context.spawnAnonymous(
            Rounds.create(
                facilities.sessions(),
                listener,
                context.messageAdapter(Round.Ended.class, RoundEnded::new),
                context.messageAdapter(SitesEvaluation.class, Surveyed::new)));
    context.watch(actor);
    return actor;
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
        .onSignal(RecoveryCompleted.instance(), this::begin)
        .onSignal(
            ChildFailed.class,
            (state, failed) ->
                context.getSelf().tell(new RoundsCrashed(sentence(failed.getCause(), "its actor"))))
        .onSignal(JournalPersistFailed.class, (state, failed) -> onNotWritten(failed.getFailure()))
        .onSignal(RecoveryFailed.class, (state, failed) -> onJournalFailed(failed.getFailure()))
        .onSignal(PostStop.instance(), state -> announceEnd(new RunOutcome.Failed(STOPPED)))
        .build();
  }

  @Override
  public CommandHandler<Command, RunJournal.Event, State> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(Stop.class, this::onStop)
        .onCommand(Fail.class, failure -> fail(failure.reason()))
        .onCommand(Refuse.class, refusal -> end(new RunOutcome.Refused(refusal.reason())))
        .onCommand(Prepared.class, this::onPrepared)
        .onCommand(Ready.class, this::onReady)
        .onCommand(RoundEnded.class, this::onRoundEnded)
        .onCommand(TryAgain.class, this::onTryAgain)
        .onCommand(Stored.class, this::onStored)
        .onCommand(Measured.class, this::onMeasured)
        .onCommand(NotMeasured.class, this::onNotMeasured)
        .onCommand(Surveyed.class, this::onSurveyed)
        .onCommand(RoundsCrashed.class, this::onRoundsCrashed)
        .build();
  }

  /**
   * An event's number is taken by another writer, or by a write of this run's own that came through
   * unheard; then the journal is read again and nothing is lost.
   */
  private void onNotWritten(Throwable failure) {
    boolean taken = Fence.isTaken(failure);
    if (taken && !unsure) {
      announceEnd(new RunOutcome.Failed(FENCED));
    }
    unsure = !taken;
    onJournalFailed(failure);
  }

  private void onJournalFailed(Throwable failure) {
    if (!away && !announced) {
      listener.accept(
          new RunEvent.JournalFailed(
              Text.format(
                  "the journal cannot be read or written (%s); the run goes on when it can",
                  String.valueOf(failure.getMessage()).lines().findFirst().orElse(""))));
    }
    away = true;
  }

  /**
   * What to do first: in a new run, in one that goes on, and after the journal has failed, when
   * nothing but the journal counts.
   */
  private void begin(State state) {
    timers.cancelAll();
    playing = Optional.empty();
    surveying = Optional.empty();
    if (announced) {
      context.getSelf().tell(new Refuse(FENCED));
      return;
    }
    rounds = spawnRounds();
    tellUnheard(state.told());
    if (state instanceof State.Fresh) {
      store("before round 1", () -> new Prepared(archive.save(spec.initial(), Optional.empty())));
    } else if (state instanceof State.Playing running) {
      load(running.identity(), running.last());
    } else if (state instanceof State.Finished finished) {
      load(finished.identity(), finished.last());
    }
  }

  /** What a process has not heard of yet is what it begins with, or a few events that came late. */
  private void tellUnheard(List<RunEvent> told) {
    List<RunEvent> unheard = told.subList(heard, told.size());
    if (heard == 0 && !unheard.isEmpty()) {
      listener.accept(new RunEvent.Resumed(unheard));
    } else {
      unheard.forEach(listener);
    }
    heard = told.size();
  }

  private Effect<RunJournal.Event, State> onPrepared(Prepared prepared) {
    timers.cancel(STORING);
    Checkpoint initial = prepared.initial().checkpoint();
    return remember(new RunJournal.RunStarted(spec.identity(initial.state()), initial))
        .thenRun(() -> goOnFrom(prepared.initial()));
  }

  private Effect<RunJournal.Event, State> onReady(State state, Ready ready) {
    durable = Optional.of(ready.last());
    if (!(state instanceof State.Playing running)) {
      return end(new RunOutcome.Completed());
    }
    if (isUnmeasured(running)) {
      if (awaitsOwn(running)) {
        measure(ready);
      }
      if (awaitsSites(running)) {
        survey(ready);
      }
      return Effect().none();
    }
    int round = ready.state().round();
    if (round >= spec.rounds()) {
      return remember(new RunJournal.RunFinished())
          .thenRun(() -> announceEnd(new RunOutcome.Completed()))
          .thenStop();
    }
    RoundId id = new RoundId(spec.run(), round + 1, running.attempts() + 1);
    return remember(
            new RunJournal.RoundStarted(
                id.round(), id.attempt(), ready.cohort().stream().map(Site::name).toList()))
        .thenRun(() -> play(id, ready));
  }

  /** Whether something is still to be learnt of the last good state. */
  private boolean isUnmeasured(State.Playing running) {
    return awaitsOwn(running) || awaitsSites(running);
  }

  private boolean awaitsOwn(State.Playing running) {
    return facilities.evaluator().isPresent() && !running.measured();
  }

  private boolean awaitsSites(State.Playing running) {
    return facilities.asksSites() && !running.surveyed();
  }

  private void play(RoundId id, Ready ready) {
    RoundPlan plan =
        new RoundPlan(spec, facilities, id, ready.last(), ready.catalogue(), ready.cohort());
    listener.accept(
        new RunEvent.RoundStarted(
            id.round(), id.attempt(), plan.cohort().stream().map(Site::name).toList()));
    roundStarted = System.nanoTime();
    playing = Optional.of(id);
    rounds.tell(new Rounds.Play(plan));
  }

  private Effect<RunJournal.Event, State> onRoundEnded(State state, RoundEnded message) {
    RoundId id = playing.orElseThrow();
    playing = Optional.empty();
    Round.Ended ended = message.ended();
    if (stopping || ended.outcome() instanceof Round.Cancelled) {
      return end(new RunOutcome.Stopped());
    }
    if (ended.outcome() instanceof Round.Failed failed) {
      return onRoundFailed((State.Playing) state, id, failed.reason());
    }
    Round.Aggregated aggregated = (Round.Aggregated) ended.outcome();
    GlobalState next = aggregated.result().next();
    Optional<Archived> before = durable;
    store(
        "round " + next.round(),
        () ->
            new Stored(
                archive.save(next, before),
                RoundMetrics.of(
                    aggregated, ended.traffic(), (System.nanoTime() - roundStarted) * 1e-9)));
    return Effect().none();
  }

  /** The round begins anew after a pause, as long as the run may try. */
  private Effect<RunJournal.Event, State> onRoundFailed(
      State.Playing running, RoundId id, String reason) {
    int failures = running.failures() + 1;
    int most = spec.round().attemptsOr(1);
    String tries = most == 1 ? reason : Text.format("%s, try %d of %d", reason, failures, most);
    if (failures >= most) {
      return fail(tries);
    }
    Duration pause = spec.round().pauseAfter(failures);
    String sentence = Text.format("%s; the next begins in %s", tries, Durations.format(pause));
    return remember(new RunJournal.RoundFailed(id.round(), id.attempt(), sentence))
        .thenRun(() -> timers.startSingleTimer(RETRY, new TryAgain(), pause));
  }

  private Effect<RunJournal.Event, State> onTryAgain(TryAgain message) {
    return Effect().none().thenRun(() -> goOnFrom(durable.orElseThrow()));
  }

  private Effect<RunJournal.Event, State> onStored(Stored stored) {
    timers.cancel(STORING);
    Archived next = stored.next();
    return remember(new RunJournal.RoundCommitted(next.checkpoint(), stored.metrics()))
        .thenRun(
            () -> {
              durable = Optional.of(next);
              goOnFrom(next);
            });
  }

  /** Measures the last durable state; nothing depends on how that ends. */
  private void measure(Ready ready) {
    Duration deadline = spec.round().evaluationDeadline();
    timers.startSingleTimer(
        EVALUATION,
        new NotMeasured(
            ready,
            Text.format(
                "it took longer than round.evaluation-deadline = %s; raise it",
                Durations.format(deadline))),
        deadline);
    context.pipeToSelf(
        CompletableFuture.supplyAsync(
                () -> facilities.evaluator().orElseThrow().evaluate(ready.state()),
                facilities.executor())
            .thenCompose(evaluation -> evaluation),
        (evaluation, thrown) ->
            thrown == null
                ? new Measured(ready, evaluation)
                : new NotMeasured(ready, sentence(thrown, "evaluation")));
  }

  private Effect<RunJournal.Event, State> onMeasured(State state, Measured measured) {
    Evaluation evaluation = measured.evaluation();
    return afterMeasuring(
        state, measured.ready(), round -> new RunJournal.Evaluated(round, evaluation));
  }

  private Effect<RunJournal.Event, State> onNotMeasured(State state, NotMeasured failed) {
    return afterMeasuring(
        state, failed.ready(), round -> new RunJournal.EvaluationFailed(round, failed.reason()));
  }

  /** An answer after the deadline is no news: the state counts as not measured already. */
  private Effect<RunJournal.Event, State> afterMeasuring(
      State state, Ready ready, IntFunction<RunJournal.Event> outcome) {
    int round = ready.state().round();
    if (!(state instanceof State.Playing running)
        || running.measured()
        || running.last().round() != round) {
      return Effect().none();
    }
    timers.cancel(EVALUATION);
    return goOnOnceMeasured(outcome.apply(round), ready);
  }

  /** What here and the sites find out comes in any order; the run waits for both. */
  private Effect<RunJournal.Event, State> goOnOnceMeasured(RunJournal.Event found, Ready ready) {
    return remember(found)
        .thenRun(
            state -> {
              if (state instanceof State.Playing running && !isUnmeasured(running)) {
                context.getSelf().tell(ready);
              }
            });
  }

  /** Asks the sites about the last durable state; nothing depends on what they say. */
  private void survey(Ready ready) {
    surveying = Optional.of(ready);
    rounds.tell(new Rounds.Measure(new SurveyPlan(spec, facilities, ready.last())));
  }

  private Effect<RunJournal.Event, State> onSurveyed(Surveyed surveyed) {
    if (surveying.isEmpty()) {
      return Effect().none();
    }
    Ready ready = surveying.get();
    surveying = Optional.empty();
    return goOnOnceMeasured(
        new RunJournal.EvaluatedAtSites(ready.state().round(), surveyed.evaluation()), ready);
  }

  /** A round that is under way releases its clients first. */
  private Effect<RunJournal.Event, State> onStop(Stop stop) {
    stopping = true;
    if (playing.isEmpty()) {
      return end(new RunOutcome.Stopped());
    }
    rounds.tell(new Rounds.Cancel("the run was stopped"));
    return Effect().none();
  }

  /** Between two rounds there is nothing to lose but answers to late clients. */
  private Effect<RunJournal.Event, State> onRoundsCrashed(RoundsCrashed crashed) {
    if (playing.isPresent()) {
      return fail(Text.format("round %d: %s", playing.get().round(), crashed.reason()));
    }
    rounds = spawnRounds();
    SortedMap<String, String> missing = new TreeMap<>();
    spec.sites().forEach(site -> missing.put(site.name(), crashed.reason()));
    return onSurveyed(new Surveyed(new SitesEvaluation(Optional.empty(), List.of(), missing, 0)));
  }

  /** First the journal, then whoever watches. */
  private EffectBuilder<RunJournal.Event, State> remember(RunJournal.Event event) {
    return Effect()
        .persist(event)
        .thenRun(
            state -> {
              away = false;
              unsure = false;
              heard = state.told().size();
              event.told().ifPresent(listener);
            });
  }

  private Effect<RunJournal.Event, State> fail(String reason) {
    return remember(new RunJournal.RunFailed(reason))
        .thenRun(() -> announceEnd(new RunOutcome.Failed(reason)))
        .thenStop();
  }

  private Effect<RunJournal.Event, State> end(RunOutcome outcome) {
    return Effect().none().thenRun(() -> announceEnd(outcome)).thenStop();
  }

  private void announceEnd(RunOutcome outcome) {
    if (!announced) {
      announced = true;
      listener.accept(new RunEvent.RunEnded(outcome, lastGood()));
    }
  }

  private GlobalState lastGood() {
    return durable.map(Archived::state).orElse(spec.initial());
  }

  private void store(String when, Supplier<Command> work) {
    timers.startSingleTimer(
        STORING,
        new Fail(
            Text.format(
                "%s: the state was not stored within round.aggregation-deadline = %s; raise it"
                    + " (%s)",
                when,
                Durations.format(spec.round().aggregationDeadline()),
                Problem.STORE_FAILED.code())),
        spec.round().aggregationDeadline());
    compute(when + ": storing", work);
  }

  private void load(RunIdentity identity, Checkpoint last) {
    compute("loading the last state", () -> loaded(identity, last));
  }

  private void goOnFrom(Archived last) {
    compute("preparing round " + (last.state().round() + 1), () -> ready(last));
  }

  private Ready loaded(RunIdentity identity, Checkpoint last) {
    Digest start = StateManifest.of(spec.initial()).digest();
    identity.requireSame(spec.run(), spec.identity(start));
    return ready(archive.load(last));
  }

  /** No other state is gone back to, so that whatever else is in the store goes. */
  private Ready ready(Archived last) {
    archive.keepOnly(last);
    List<Site> cohort =
        Cohort.sample(spec.sites(), spec.round(), spec.seed(), last.state().round() + 1);
    return new Ready(
        last,
        cohort,
        Catalogue.of(last, cohort.stream().map(Site::rank).toList(), facilities.desk().store()));
  }

  private void compute(String what, Supplier<Command> work) {
    context.pipeToSelf(
        CompletableFuture.supplyAsync(work, facilities.executor()),
        (command, thrown) -> thrown == null ? command : failure(thrown, what));
  }

  private static Command failure(Throwable thrown, String what) {
    WeftException problem = WeftException.from(thrown, Problem.INTERNAL, what);
    return problem.problem() == Problem.ANOTHER_RUN
        ? new Refuse(problem.getMessage())
        : new Fail(problem.sentence());
  }

  private static String sentence(Throwable thrown, String what) {
    return WeftException.from(thrown, Problem.INTERNAL, what).sentence();
  }
}
