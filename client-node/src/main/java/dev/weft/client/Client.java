package dev.weft.client;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.adapter.Origin;
import dev.weft.core.artifact.ArtifactStore;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.state.Piece;
import dev.weft.core.state.PieceCodec;
import dev.weft.core.tensor.TensorMap;
import dev.weft.core.update.UpdateCodec;
import dev.weft.finetune.training.TrainingKeeper;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.FromClient;
import dev.weft.protocol.LocalPlan;
import dev.weft.protocol.RoundId;
import dev.weft.protocol.Terms;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * A site in a round. It checks an offer against its own model, fetches what it cannot derive,
 * trains on its executor, and leaves a protected update. It works on one offer at a time: a newer
 * one replaces the older. Its {@link Examiner} measures states beside.
 */
public final class Client extends AbstractBehavior<Client.Message> {

  sealed interface Message {}

  private record FromRound(ClientSession.Command command) implements Message {}

  /** A piece can be read from the store. */
  private record Came(RoundId id, Piece piece, ArtifactStore store) implements Message {}

  private record DidNotCome(RoundId id, WeftException problem) implements Message {}

  /** Some bytes came or went. */
  private record BytesMoved(RoundId id) implements Message {}

  private record FetchTooSlow() implements Message {}

  private record StillQueued() implements Message {}

  private record TurnCame(LocalWork work) implements Message {}

  private record Advanced(LocalWork work, long done, long total, double meanLoss)
      implements Message {}

  private record Finished(LocalWork work, ClientReply reply) implements Message {}

  private static final String FETCH = "fetch";
  private static final String QUEUE = "queue";

  private final ClientSetup setup;
  private final TimerScheduler<Message> timers;
  private final ActorRef<Examiner.Message> examiner;
  private final Map<Digest, Pieces.Piece> held = new HashMap<>();
  private ClientPhase phase = new ClientPhase.Idle();

  /** Where the round of this phase hears; another place once the round has asked again. */
  private ActorRef<FromClient> round;

  public static Behavior<ClientSession.Command> create(ClientSetup setup) {
    Behavior<Message> client =
        Behaviors.setup(
            context -> Behaviors.withTimers(timers -> new Client(context, timers, setup)));
    return Behaviors.transformMessages(
        ClientSession.Command.class, client, builder -> builder.matchAny(FromRound::new));
  }

  private Client(ActorContext<Message> context, TimerScheduler<Message> timers, ClientSetup setup) {
    super(context);
    this.timers = timers;
    this.setup = setup;
    this.examiner = context.spawn(Examiner.create(setup), "examiner");
    this.round = context.getSystem().ignoreRef();
  }

  @Override
  public Receive<Message> createReceive() {
    return newReceiveBuilder()
        .onMessage(FromRound.class, message -> onCommand(message.command()))
        .onMessage(Came.class, this::onCame)
        .onMessage(DidNotCome.class, this::onDidNotCome)
        .onMessage(BytesMoved.class, this::onBytesMoved)
        .onMessage(FetchTooSlow.class, message -> onFetchTooSlow())
        .onMessage(StillQueued.class, message -> onStillQueued())
        .onMessage(TurnCame.class, this::onTurnCame)
        .onMessage(Advanced.class, this::onAdvanced)
        .onMessage(Finished.class, this::onFinished)
        .onSignal(PostStop.class, signal -> rest())
        .build();
  }

  private Behavior<Message> onCommand(ClientSession.Command command) {
    if (command instanceof ClientSession.Offer offer) {
      return onOffer(offer);
    }
    if (command instanceof ClientSession.Train train) {
      return onTrain(train);
    }
    if (command instanceof ClientSession.Measure measure) {
      examiner.tell(new Examiner.Ask(measure));
      return this;
    }
    if (command.id().measures()) {
      examiner.tell(new Examiner.Over(command.id()));
      return this;
    }
    boolean over =
        !(command instanceof ClientSession.Received) || phase instanceof ClientPhase.Sent;
    return over && concerns(command.id()) ? abandon() : this;
  }

  /** An offer that was accepted before changes nothing. */
  private Behavior<Message> onOffer(ClientSession.Offer offer) {
    Optional<String> objection = objection(offer.terms());
    if (!concerns(offer.id())) {
      abandon();
      phase = objection.isEmpty() ? new ClientPhase.Agreed(offer.id()) : new ClientPhase.Idle();
    }
    round = offer.replyTo();
    say(
        objection
            .<ClientReply>map(why -> new ClientReply.Declined(offer.id(), why))
            .orElse(new ClientReply.Accepted(offer.id())));
    return this;
  }

  private void say(ClientReply reply) {
    say(round, reply);
  }

  private void say(ActorRef<FromClient> to, ClientReply reply) {
    to.tell(new FromClient(setup.name(), reply));
  }

  /** Nothing is trained on another model than the coordinator's, or to be refused afterwards. */
  private Optional<String> objection(Terms terms) {
    if (!terms.base().equals(setup.base())) {
      return Optional.of(
          Text.format(
              "the base model here has digest %s, the coordinator's has %s",
              setup.base().brief(), terms.base().brief()));
    }
    if (setup.data().size() > terms.mostExamples()) {
      return Optional.of(
          Text.format(
              "there are %d examples here, more than the %d of round.max-examples; raise it to what"
                  + " the largest client has, or leave it at auto",
              setup.data().size(), terms.mostExamples()));
    }
    Digest target = setup.target().digest();
    return terms.target().equals(target)
        ? Optional.empty()
        : Optional.of(
            Text.format(
                "the adapted layers or classes here have digest %s, the coordinator's have %s",
                target.brief(), terms.target().brief()));
  }

  private Behavior<Message> onTrain(ClientSession.Train train) {
    if (!concerns(train.id())) {
      say(
          train.replyTo(),
          new ClientReply.Declined(train.id(), "no offer of this round was accepted"));
      return this;
    }
    round = train.replyTo();
    long upload = upload(train.plan());
    if (upload > setup.mostUpload()) {
      abandon();
      say(
          new ClientReply.Failed(
              train.id(),
              Problem.POLICY_REFUSED.code(),
              Text.format(
                  "an update has %d bytes, and this site lets at most %d leave in a round"
                      + " (client.policy.most-upload)",
                  upload, setup.mostUpload())));
      return this;
    }
    if (phase instanceof ClientPhase.Sent sent) {
      say(sent.upload());
    }
    return phase instanceof ClientPhase.Agreed ? begin(train) : this;
  }

  /** Of an update, in bytes. */
  private long upload(LocalPlan plan) {
    return UpdateCodec.bytes(
        plan.protection().encoding().bits(), plan.form().trainedElements(setup.target()));
  }

  private Behavior<Message> begin(ClientSession.Train train) {
    Map<Digest, Piece> needed = new LinkedHashMap<>();
    for (Piece piece : train.pieces()) {
      if (piece.origin() instanceof Origin.Fetched) {
        needed.put(piece.artifact().digest(), piece);
      }
    }
    int number = train.id().round();
    setup.pieces().begin(number);
    held.keySet().retainAll(needed.keySet());
    held.values().removeIf(piece -> setup.pieces().tensors(piece, number).isEmpty());
    needed.keySet().removeAll(held.keySet());
    await(new ClientPhase.Fetching(train, needed));
    needed.values().forEach(piece -> fetch(train.id(), piece));
    return this;
  }

  private void fetch(RoundId id, Piece piece) {
    ActorRef<Message> self = getContext().getSelf();
    getContext()
        .pipeToSelf(
            setup.transfer().fetch(id, piece.artifact(), () -> self.tell(new BytesMoved(id))),
            (store, thrown) ->
                thrown == null
                    ? new Came(id, piece, store)
                    : new DidNotCome(
                        id,
                        WeftException.from(
                            thrown, Problem.CLIENT_FAILED, "fetching " + piece.role())));
  }

  private Behavior<Message> onCame(Came message) {
    Piece piece = message.piece();
    Digest digest = piece.artifact().digest();
    if (!(phase instanceof ClientPhase.Fetching fetching
        && concerns(message.id())
        && fetching.missing().containsKey(digest))) {
      return this;
    }
    try {
      held.put(
          digest,
          setup
              .pieces()
              .get(
                  digest,
                  message.id().round(),
                  () ->
                      message
                          .store()
                          .read(
                              digest,
                              in ->
                                  PieceCodec.read(
                                      in,
                                      piece.role(),
                                      fetching.train().plan().form(),
                                      setup.target()))));
    } catch (WeftException e) {
      return fail(fetching, e);
    }
    return await(fetching.without(digest));
  }

  private Behavior<Message> onDidNotCome(DidNotCome message) {
    return phase instanceof ClientPhase.Fetching fetching && concerns(message.id())
        ? fail(fetching, message.problem())
        : this;
  }

  /** A slow transfer is a sign of life; one that stands still is not. */
  private Behavior<Message> onBytesMoved(BytesMoved message) {
    if (concerns(message.id())) {
      if (phase instanceof ClientPhase.Fetching fetching) {
        await(fetching);
      }
      say(new ClientReply.Waiting(message.id()));
    }
    return this;
  }

  private Behavior<Message> await(ClientPhase.Fetching fetching) {
    phase = fetching;
    if (fetching.missing().isEmpty()) {
      timers.cancel(FETCH);
      work(fetching.train());
    } else {
      timers.startSingleTimer(FETCH, new FetchTooSlow(), fetching.train().patience());
    }
    return this;
  }

  private Behavior<Message> onFetchTooSlow() {
    return phase instanceof ClientPhase.Fetching fetching
        ? fail(
            fetching,
            new WeftException(
                Problem.CLIENT_FAILED,
                Text.format(
                    "the coordinator did not send %s within %s",
                    fetching.missing().values().stream()
                        .map(piece -> piece.role().toString())
                        .sorted()
                        .collect(Collectors.joining(", ")),
                    fetching.train().patience())))
        : this;
  }

  private Behavior<Message> fail(ClientPhase.Fetching fetching, WeftException problem) {
    abandon();
    say(
        new ClientReply.Failed(
            fetching.train().id(), problem.problem().code(), problem.getMessage()));
    return this;
  }

  /** Queues the training; as long as others are before it, the client says that it is there. */
  private void work(ClientSession.Train train) {
    Map<Digest, TensorMap> fetched = new HashMap<>();
    held.forEach(
        (digest, piece) ->
            fetched.put(digest, setup.pieces().tensors(piece, train.id().round()).orElseThrow()));
    LocalWork work = new LocalWork(setup, train, fetched);
    phase = new ClientPhase.Working(work);
    timers.startTimerWithFixedDelay(QUEUE, new StillQueued(), train.patience().dividedBy(3));
    getContext()
        .pipeToSelf(
            submit(work),
            (upload, thrown) -> new Finished(work, thrown == null ? upload : work.failure(thrown)));
  }

  private CompletionStage<ClientReply.Uploaded> submit(LocalWork work) {
    ActorRef<Message> self = getContext().getSelf();
    LocalListener listener =
        new LocalListener() {
          @Override
          public void begun() {
            self.tell(new TurnCame(work));
          }

          @Override
          public void progress(long examplesDone, long examplesTotal, double meanLoss) {
            self.tell(new Advanced(work, examplesDone, examplesTotal, meanLoss));
          }

          @Override
          public boolean cancelled() {
            return work.cancelled();
          }

          @Override
          public TrainingKeeper keeper() {
            return work.keeper();
          }
        };
    try {
      return CompletableFuture.supplyAsync(
              () -> work.run(listener, () -> self.tell(new BytesMoved(work.id()))),
              setup.executor())
          .thenCompose(upload -> upload);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Behavior<Message> onStillQueued() {
    if (phase instanceof ClientPhase.Working working) {
      say(new ClientReply.Waiting(working.work().id()));
    }
    return this;
  }

  private Behavior<Message> onTurnCame(TurnCame message) {
    if (isCurrent(message.work())) {
      timers.cancel(QUEUE);
    }
    return this;
  }

  private Behavior<Message> onAdvanced(Advanced message) {
    if (isCurrent(message.work())) {
      say(
          new ClientReply.Progress(
              message.work().id(),
              message.done(),
              message.total(),
              OptionalDouble.of(message.meanLoss())));
    }
    return this;
  }

  private Behavior<Message> onFinished(Finished message) {
    if (isCurrent(message.work())) {
      if (message.reply() instanceof ClientReply.Uploaded upload) {
        timers.cancelAll();
        phase = new ClientPhase.Sent(upload);
      } else {
        abandon();
      }
      say(message.reply());
    }
    return this;
  }

  private boolean isCurrent(LocalWork work) {
    return phase instanceof ClientPhase.Working working && working.work() == work;
  }

  private boolean concerns(RoundId id) {
    return phase.round().filter(id::equals).isPresent();
  }

  /** Back to idle, whatever was under way; what was trained or sent is not needed any more. */
  private Behavior<Message> abandon() {
    if (phase instanceof ClientPhase.Working || phase instanceof ClientPhase.Sent) {
      setup.shelf().clear();
    }
    return rest();
  }

  /** Back to idle; another process may go on with the training. */
  private Behavior<Message> rest() {
    if (phase instanceof ClientPhase.Working working) {
      working.work().cancel();
    }
    timers.cancelAll();
    setup.outbox().keepOnly(Set.of());
    phase = new ClientPhase.Idle();
    return this;
  }
}
