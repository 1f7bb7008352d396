package dev.weft.client.site;

import com.google.protobuf.UnsafeByteOperations;
import dev.weft.core.error.WeftException;
import dev.weft.protocol.CoordinatorMessage;
import dev.weft.protocol.Correspondence;
import dev.weft.protocol.ProtocolVersions;
import dev.weft.protocol.SiteMessage;
import dev.weft.protocol.codec.CoordinatorMessages;
import dev.weft.protocol.codec.SiteMessages;
import dev.weft.protocol.transport.Outgoing;
import dev.weft.protocol.transport.Refusals;
import dev.weft.wire.Letter;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.typed.javadsl.ActorSink;

/**
 * A site's control stream. It is opened again whenever it breaks, at the next of the coordinator's
 * addresses, after a pause that doubles up to a longest and is never quite the same, so that sites
 * that lost the coordinator together do not come back together.
 */
final class Connection extends AbstractBehavior<Connection.Message> {

  sealed interface Message {}

  /** Says something to the coordinator, if there is a line. */
  record Say(SiteMessage message) implements Message {}

  /** Says a last word and lets the line end; answered when it has, or there is none. */
  record End(SiteMessage last, ActorRef<Done> replyTo) implements Message {}

  private record Opened(int stream, ActorRef<Ack> sink) implements Message {}

  private record Came(int stream, ActorRef<Ack> sink, CoordinatorMessage message)
      implements Message {}

  private record Ended(int stream, Optional<Throwable> reason) implements Message {}

  private record TryAgain() implements Message {}

  private record NoAnswer(int stream) implements Message {}

  private record LookAtCertificate(int stream) implements Message {}

  /** Until when the next certificate is good; empty if none was due. */
  private record Renewed(int stream, Optional<Instant> until) implements Message {}

  private record NotRenewed(Throwable reason) implements Message {}

  private enum Ack {
    ACK
  }

  /** Messages that wait for a line that is slow. */
  private static final int WAITING = 256;

  private static final int MOST_DOUBLINGS = 20;
  private static final Duration CERTIFICATE = Duration.ofHours(1);

  /**
   * How long a site waits.
   *
   * @param welcome for the coordinator to say welcome
   * @param shortest pause, at most, before it tries again
   * @param longest pause
   */
  record Patience(Duration welcome, Duration shortest, Duration longest) {
    static final Patience USUAL =
        new Patience(Duration.ofSeconds(30), Duration.ofMillis(500), Duration.ofSeconds(60));

    /** A little more than half of the pause, to all of it. */
    private Duration pause(int failures) {
      Duration doubled = shortest.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
      long most = Math.min(doubled.toMillis(), longest.toMillis());
      return Duration.ofMillis(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
    }
  }

  private final TimerScheduler<Message> timers;
  private final Lines lines;
  private final String software;
  private final Patience patience;
  private final SiteNode.Ears ears;
  private final Consumer<SiteEvent> listener;
  private int stream;
  private int failures;
  private Optional<Outgoing<SiteMessage>> out = Optional.empty();
  private boolean welcome;
  private Optional<ActorRef<Done>> ending = Optional.empty();

  /**
   * @param lines to the coordinator's addresses
   * @param software of this process, for people
   */
  static Behavior<Message> create(
      Lines lines, String software, SiteNode.Ears ears, Consumer<SiteEvent> listener) {
    return create(lines, software, Patience.USUAL, ears, listener);
  }

  static Behavior<Message> create(
      Lines lines,
      String software,
      Patience patience,
      SiteNode.Ears ears,
      Consumer<SiteEvent> listener) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                context ->
                    new Connection(context, timers, lines, software, patience, ears, listener)));
  }

  private Connection(
      ActorContext<Message> context,
      TimerScheduler<Message> timers,
      Lines lines,
      String software,
      Patience patience,
      SiteNode.Ears ears,
      Consumer<SiteEvent> listener) {
    super(context);
    this.timers = timers;
    this.lines = lines;
    this.software = software;
    this.patience = patience;
    this.ears = ears;
    this.listener = listener;
    open();
  }

  @Override
  public Receive<Message> createReceive() {
    return newReceiveBuilder()
        .onMessage(Say.class, say -> onSay(say.message()))
        .onMessage(End.class, this::onEnd)
        .onMessage(Opened.class, this::onOpened)
        .onMessage(Came.class, this::onCame)
        .onMessage(Ended.class, this::onEnded)
        .onMessage(TryAgain.class, again -> open())
        .onMessage(NoAnswer.class, this::onNoAnswer)
        .onMessage(LookAtCertificate.class, look -> onLookAtCertificate(look.stream()))
        .onMessage(Renewed.class, this::onRenewed)
        .onMessage(NotRenewed.class, this::onNotRenewed)
        .onSignal(PostStop.class, signal -> close())
        .build();
  }

  private Behavior<Message> open() {
    stream++;
    int number = stream;
    welcome = false;
    timers.startSingleTimer(new NoAnswer(number), patience.welcome());
    Lines.Line line = lines.next();
    Correspondence letters = line.correspondence();
    Outgoing<SiteMessage> sent =
        new Outgoing<>(WAITING, Materializer.matFromSystem(getContext().getSystem()));
    out = Optional.of(sent);
    line.client()
        .converse(
            sent.source()
                .map(
                    message ->
                        Letter.newBuilder()
                            .setEnvelope(
                                UnsafeByteOperations.unsafeWrap(
                                    letters.write(SiteMessages.write(message))))
                            .build()))
        .map(letter -> letters.read(letter.getEnvelope().toByteArray()))
        .map(payload -> CoordinatorMessages.read(payload, ears.rounds()))
        .runWith(
            ActorSink.<CoordinatorMessage, Message, Ack>actorRefWithBackpressure(
                getContext().getSelf(),
                (sink, message) -> new Came(number, sink, message),
                sink -> new Opened(number, sink),
                Ack.ACK,
                new Ended(number, Optional.empty()),
                thrown -> new Ended(number, Optional.of(thrown))),
            getContext().getSystem());
    sent.offer(new SiteMessage.Hello(ProtocolVersions.OWN, software));
    return this;
  }

  private Behavior<Message> onEnd(End end) {
    ending = Optional.of(end.replyTo());
    if (!welcome || out.isEmpty()) {
      return over();
    }
    out.get().offer(end.last());
    out.get().complete();
    out = Optional.empty();
    return this;
  }

  private Behavior<Message> over() {
    ending.ifPresent(replyTo -> replyTo.tell(Done.getInstance()));
    return Behaviors.stopped();
  }

  private Behavior<Message> onOpened(Opened opened) {
    opened.sink().tell(Ack.ACK);
    return this;
  }

  private Behavior<Message> onCame(Came came) {
    came.sink().tell(Ack.ACK);
    if (came.stream() != stream) {
      return this;
    }
    if (came.message() instanceof CoordinatorMessage.Refused refused) {
      return refused(refused.code(), refused.sentence());
    }
    if (came.message() instanceof CoordinatorMessage.Welcome hello) {
      welcome = true;
      failures = 0;
      listener.accept(new SiteEvent.Connected(lines.current().address(), hello.software()));
      onLookAtCertificate(stream);
    } else {
      ears.coordinator().tell(came.message());
    }
    return this;
  }

  private Behavior<Message> onLookAtCertificate(int number) {
    if (number == stream && welcome) {
      timers.startSingleTimer(new LookAtCertificate(number), CERTIFICATE);
      getContext()
          .pipeToSelf(
              lines.renew(),
              (until, thrown) ->
                  thrown == null ? new Renewed(number, until) : new NotRenewed(thrown));
    }
    return this;
  }

  /** The line is opened anew, so that the coordinator sees that the next certificate is here. */
  private Behavior<Message> onRenewed(Renewed renewed) {
    renewed.until().ifPresent(until -> listener.accept(new SiteEvent.Renewed(until)));
    boolean shown = renewed.until().isEmpty() || renewed.stream() != stream;
    if (shown || ending.isPresent()) {
      return this;
    }
    close();
    return open();
  }

  /** It is tried again soon enough: half of the certificate's life is left. */
  private Behavior<Message> onNotRenewed(NotRenewed not) {
    getContext().getLog().warn("the certificate is not renewed: {}", lines.explain(not.reason()));
    return this;
  }

  private Behavior<Message> refused(String code, String sentence) {
    listener.accept(new SiteEvent.Refused(code, sentence));
    return Behaviors.stopped();
  }

  private Behavior<Message> onEnded(Ended ended) {
    return ended.stream() == stream ? lost(ended.reason()) : this;
  }

  private Behavior<Message> onNoAnswer(NoAnswer none) {
    return none.stream() == stream && !welcome ? lost(Optional.empty()) : this;
  }

  private Behavior<Message> lost(Optional<Throwable> reason) {
    if (ending.isPresent()) {
      return over();
    }
    String address = lines.current().address();
    close();
    stream++;
    Optional<WeftException> refusal = reason.flatMap(Refusals::in);
    if (refusal.isPresent()) {
      return refused(refusal.get().problem().code(), refusal.get().getMessage());
    }
    Duration pause = patience.pause(failures);
    failures++;
    listener.accept(
        new SiteEvent.Lost(
            address,
            reason.map(lines::explain).orElse("the coordinator closed the line or is silent"),
            pause));
    timers.startSingleTimer(new TryAgain(), pause);
    return this;
  }

  private Behavior<Message> onSay(SiteMessage message) {
    if (welcome && out.isPresent() && !out.get().offer(message)) {
      return lost(Optional.empty());
    }
    return this;
  }

  private Behavior<Message> close() {
    out.ifPresent(Outgoing::complete);
    out = Optional.empty();
    welcome = false;
    lines.close();
    return this;
  }
}
