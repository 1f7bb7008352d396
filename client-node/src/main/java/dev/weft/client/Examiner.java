package dev.weft.client;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.adapter.Origin;
import dev.weft.core.artifact.ArtifactStore;
import dev.weft.core.config.ClientConfig.Policy.Losses;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.metrics.AnswerCounts;
import dev.weft.core.state.Piece;
import dev.weft.core.state.PieceCodec;
import dev.weft.core.state.StateManifest;
import dev.weft.core.tensor.TensorMap;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.FromClient;
import dev.weft.protocol.RoundId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Measures global states on a client's own held-out examples, one at a time: a newer question
 * replaces the older. What it has found out it says again when it is asked again.
 */
final class Examiner extends AbstractBehavior<Examiner.Message> {

  sealed interface Message {}

  record Ask(ClientSession.Measure question) implements Message {}

  /** Nobody waits for this measurement any more. */
  record Over(RoundId id) implements Message {}

  private record StillBusy() implements Message {}

  private record Done(Work work, ClientReply reply) implements Message {}

  /** A measurement that is under way. */
  private static final class Work {
    private final ClientSession.Measure question;
    private final AtomicBoolean cancelled = new AtomicBoolean();

    Work(ClientSession.Measure question) {
      this.question = question;
    }

    boolean isAbout(ClientSession.Measure other) {
      return question.id().equals(other.id()) && question.state().equals(other.state());
    }
  }

  private final ClientSetup setup;
  private final TimerScheduler<Message> timers;
  private Optional<Work> work = Optional.empty();
  private Optional<ClientReply> answer = Optional.empty();

  /** Where whoever asked hears; another place once it has asked again. */
  private ActorRef<FromClient> replyTo;

  static Behavior<Message> create(ClientSetup setup) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new Examiner(context, timers, setup)));
  }

  private Examiner(
      ActorContext<Message> context, TimerScheduler<Message> timers, ClientSetup setup) {
    super(context);
    this.setup = setup;
    this.timers = timers;
    this.replyTo = context.getSystem().ignoreRef();
  }

  @Override
  public Receive<Message> createReceive() {
    return newReceiveBuilder()
        .onMessage(Ask.class, ask -> onAsk(ask.question()))
        .onMessage(Over.class, this::onOver)
        .onMessage(StillBusy.class, busy -> onStillBusy())
        .onMessage(Done.class, this::onDone)
        .onSignal(PostStop.class, signal -> giveUp())
        .build();
  }

  private Behavior<Message> onAsk(ClientSession.Measure question) {
    replyTo = question.replyTo();
    if (work.filter(one -> one.isAbout(question)).isPresent()) {
      return onStillBusy();
    }
    Optional<ClientReply> known = answer.filter(said -> isTo(said, question));
    if (known.isPresent()) {
      say(known.get());
      return this;
    }
    giveUp();
    Optional<ClientReply> refusal = refusal(question);
    if (refusal.isPresent()) {
      say(refusal.get());
      return this;
    }
    begin(new Work(question));
    return onStillBusy();
  }

  private static boolean isTo(ClientReply said, ClientSession.Measure question) {
    return said.id().equals(question.id())
        && said instanceof ClientReply.Measured measured
        && measured.state().equals(question.state());
  }

  /** What is said before anything is fetched. */
  private Optional<ClientReply> refusal(ClientSession.Measure question) {
    if (setup.losses() == Losses.WITHHOLD) {
      return Optional.of(ClientReply.NotMeasured.withheld(question.id(), question.state()));
    }
    return setup.measurer().isPresent()
        ? Optional.empty()
        : Optional.of(
            not(
                question,
                ClientReply.Reason.NO_EXAMPLES,
                "this site has no held-out examples (data.test-source)"));
  }

  private static ClientReply not(
      ClientSession.Measure question, ClientReply.Reason reason, String sentence) {
    return new ClientReply.NotMeasured(question.id(), question.state(), reason, sentence);
  }

  private void begin(Work begun) {
    work = Optional.of(begun);
    timers.startTimerWithFixedDelay(new StillBusy(), begun.question.patience().dividedBy(3));
    getContext()
        .pipeToSelf(
            found(begun),
            (counts, thrown) ->
                new Done(
                    begun,
                    thrown == null ? answer(begun.question, counts) : failure(begun, thrown)));
  }

  private static ClientReply answer(ClientSession.Measure question, AnswerCounts counts) {
    return counts
        .fault()
        .map(fault -> not(question, ClientReply.Reason.FAILED, fault))
        .orElseGet(() -> new ClientReply.Measured(question.id(), question.state(), counts));
  }

  private static ClientReply failure(Work begun, Throwable thrown) {
    return not(
        begun.question,
        ClientReply.Reason.FAILED,
        WeftException.from(thrown, Problem.CLIENT_FAILED, "measuring").sentence());
  }

  /** Fetches what is not here, one piece after the other, and measures. */
  private CompletionStage<AnswerCounts> found(Work begun) {
    try {
      requireState(begun.question);
      return counted(begun);
    } catch (WeftException | RejectedExecutionException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletionStage<AnswerCounts> counted(Work begun) {
    ClientSession.Measure question = begun.question;
    Map<Digest, TensorMap> fetched = new HashMap<>();
    CompletionStage<Map<Digest, TensorMap>> all = CompletableFuture.completedFuture(fetched);
    for (Piece piece : question.pieces()) {
      if (piece.origin() instanceof Origin.Fetched) {
        all =
            all.thenCompose(
                before ->
                    setup
                        .transfer()
                        .fetch(question.id(), piece.artifact(), () -> {})
                        .thenApply(
                            store -> {
                              before.put(piece.artifact().digest(), read(question, piece, store));
                              return before;
                            }));
      }
    }
    return all.thenApplyAsync(pieces -> count(begun, pieces), setup.executor());
  }

  /** What is measured is what was asked about: the digest is over form, target and pieces. */
  private void requireState(ClientSession.Measure question) {
    Digest here =
        new StateManifest(question.form(), setup.target().digest(), question.pieces()).digest();
    if (!here.equals(question.state())) {
      throw new WeftException(
          Problem.WRONG_REFERENCE,
          Text.format(
              "the state to measure has digest %s here, %s at the coordinator",
              here.brief(), question.state().brief()));
    }
  }

  private TensorMap read(ClientSession.Measure question, Piece piece, ArtifactStore store) {
    Digest digest = piece.artifact().digest();
    return setup
        .pieces()
        .tensors(
            digest,
            question.id().round(),
            () ->
                store.read(
                    digest,
                    in -> PieceCodec.read(in, piece.role(), question.form(), setup.target())));
  }

  private AnswerCounts count(Work begun, Map<Digest, TensorMap> fetched) {
    if (begun.cancelled.get()) {
      throw new WeftException(Problem.CLIENT_FAILED, "the measurement was given up");
    }
    ClientSession.Measure question = begun.question;
    Reference state =
        Reference.assemble(
            question.form(),
            setup.target(),
            question.pieces(),
            fetched,
            (piece, maker) -> setup.pieces().tensors(piece, question.id().round(), maker));
    return setup.measurer().orElseThrow().measure(state.adapter(), state.sideDeltas());
  }

  private Behavior<Message> onStillBusy() {
    work.ifPresent(one -> say(new ClientReply.Waiting(one.question.id())));
    return this;
  }

  private Behavior<Message> onDone(Done done) {
    if (work.filter(one -> one == done.work()).isPresent()) {
      giveUp();
      answer = Optional.of(done.reply());
      say(done.reply());
    }
    return this;
  }

  private Behavior<Message> onOver(Over over) {
    return work.filter(one -> one.question.id().equals(over.id())).isPresent() ? giveUp() : this;
  }

  private Behavior<Message> giveUp() {
    work.ifPresent(one -> one.cancelled.set(true));
    work = Optional.empty();
    timers.cancelAll();
    return this;
  }

  private void say(ClientReply reply) {
    replyTo.tell(new FromClient(setup.name(), reply));
  }
}
