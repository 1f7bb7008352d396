package dev.weft.coordinator.sites;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.CoordinatorMessage;
import dev.weft.protocol.FromClient;
import dev.weft.protocol.ProtocolVersions;
import dev.weft.protocol.RunTerms;
import dev.weft.protocol.SiteMessage;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The coordinator's end of one site's stream. To a round it is the client itself. It ends with the
 * stream; a site that comes back has another one.
 */
public final class SiteSession extends AbstractBehavior<SiteSession.Message> {

  /** What this understands. */
  public sealed interface Message {}

  /** The stream is there; the sink waits for {@link Ack}. */
  record Opened(ActorRef<Ack> sink) implements Message {}

  /** The site said something; the sink waits for {@link Ack}. */
  record Said(ActorRef<Ack> sink, SiteMessage message) implements Message {}

  /** The site has closed the stream. */
  record Closed() implements Message {}

  /** The site has a newer stream. */
  record Replaced() implements Message {}

  /** The line broke, or the site said what it must not. */
  record Broken(Throwable reason) implements Message {}

  private record FromRound(ClientSession.Command command) implements Message {}

  /** Asks the site to make itself ready for a run. */
  record Prepare(RunTerms terms) implements Message {}

  /** Tells the site that a run is over. */
  record EndRun(CoordinatorMessage.RunEnded end) implements Message {}

  /** Ends the stream with a reason that trying again does not change. */
  record Dismiss(WeftException reason) implements Message {}

  private record TooQuiet() implements Message {}

  /** One message was dealt with. */
  enum Ack {
    ACK
  }

  /** The way back to the site. */
  interface Line {

    /** Whether the site's end has room for it; if not, the line is given up. */
    boolean send(CoordinatorMessage message);

    /** Ends it once the site has what was sent. */
    void close();

    /** Ends it at once; what was not read yet is dropped. */
    void cut();
  }

  /** How long a stream may last before it says who it is. */
  private static final Duration HELLO = Duration.ofSeconds(20);

  private final String site;
  private final String software;
  private final Line line;
  private final ActorRef<Lobby.Message> lobby;
  private final Map<String, ActorRef<FromClient>> rounds = new HashMap<>();
  private final ActorRef<ClientSession.Command> asClient;
  private boolean welcome;

  /**
   * @param site its name
   * @param software of the coordinator, for people
   */
  static Behavior<Message> create(
      String site, String software, Line line, ActorRef<Lobby.Message> lobby) {
    return Behaviors.withTimers(
        timers -> {
          timers.startSingleTimer(new TooQuiet(), HELLO);
          return Behaviors.setup(context -> new SiteSession(context, site, software, line, lobby));
        });
  }

  private SiteSession(
      ActorContext<Message> context,
      String site,
      String software,
      Line line,
      ActorRef<Lobby.Message> lobby) {
    super(context);
    this.site = site;
    this.software = software;
    this.line = line;
    this.lobby = lobby;
    this.asClient = context.messageAdapter(ClientSession.Command.class, FromRound::new);
  }

  @Override
  public Receive<Message> createReceive() {
    return newReceiveBuilder()
        .onMessage(Opened.class, opened -> acknowledge(opened.sink(), this))
        .onMessage(Said.class, said -> acknowledge(said.sink(), onSaid(said.message())))
        .onMessage(FromRound.class, message -> onCommand(message.command()))
        .onMessage(Prepare.class, prepare -> send(new CoordinatorMessage.Prepare(prepare.terms())))
        .onMessage(EndRun.class, this::onEndRun)
        .onMessage(Dismiss.class, dismiss -> dismiss(dismiss.reason()))
        .onMessage(Closed.class, closed -> Behaviors.stopped())
        .onMessage(Replaced.class, replaced -> onReplaced())
        .onMessage(Broken.class, this::onBroken)
        .onMessage(TooQuiet.class, quiet -> welcome ? this : Behaviors.stopped())
        .onSignal(PostStop.class, this::onStopped)
        .build();
  }

  private static Behavior<Message> acknowledge(ActorRef<Ack> sink, Behavior<Message> next) {
    sink.tell(Ack.ACK);
    return next;
  }

  private Behavior<Message> onSaid(SiteMessage message) {
    if (message instanceof SiteMessage.Hello hello) {
      return onHello(hello);
    }
    if (!welcome) {
      return dismiss(
          new WeftException(
              Problem.MESSAGE_REFUSED, "the site did not say which version it speaks"));
    }
    if (message instanceof SiteMessage.Reply reply) {
      return onReply(reply.reply());
    }
    if (message instanceof SiteMessage.Ready ready) {
      lobby.tell(new Lobby.Ready(getContext().getSelf(), asClient, ready.run(), ready.examples()));
    } else if (message instanceof SiteMessage.NotReady not) {
      lobby.tell(new Lobby.NotReady(getContext().getSelf(), not.run(), not.code(), not.sentence()));
    } else if (message instanceof SiteMessage.Kept kept) {
      lobby.tell(new Lobby.Kept(site, kept.run()));
    } else if (message instanceof SiteMessage.Leaving) {
      return Behaviors.stopped();
    }
    return this;
  }

  private Behavior<Message> onHello(SiteMessage.Hello hello) {
    if (welcome) {
      return dismiss(
          new WeftException(
              Problem.MESSAGE_REFUSED, "the site said twice which version it speaks"));
    }
    OptionalInt version = ProtocolVersions.OWN.common(hello.versions());
    if (version.isEmpty()) {
      return dismiss(
          new WeftException(
              Problem.MESSAGE_REFUSED,
              Text.format(
                  "the site speaks protocol version %s, the coordinator %s; bring both to the same"
                      + " version of Weft",
                  hello.versions(), ProtocolVersions.OWN)));
    }
    welcome = true;
    Behavior<Message> next = send(new CoordinatorMessage.Welcome(version.getAsInt(), software));
    lobby.tell(new Lobby.Arrived(getContext().getSelf(), hello.software()));
    return next;
  }

  private Behavior<Message> onReply(ClientReply reply) {
    ActorRef<FromClient> round = rounds.get(reply.id().run());
    if (round != null) {
      round.tell(new FromClient(site, reply));
    }
    return this;
  }

  private Behavior<Message> onCommand(ClientSession.Command command) {
    if (command instanceof ClientSession.Offer offer) {
      rounds.put(offer.id().run(), offer.replyTo());
    } else if (command instanceof ClientSession.Train train) {
      rounds.put(train.id().run(), train.replyTo());
    } else if (command instanceof ClientSession.Measure measure) {
      rounds.put(measure.id().run(), measure.replyTo());
    }
    return send(new CoordinatorMessage.Command(command));
  }

  /** Nobody in the run hears the site any more. */
  private Behavior<Message> onEndRun(EndRun over) {
    rounds.remove(over.end().run());
    return send(over.end());
  }

  /** A site that does not read what it is told is as good as gone; it comes back when it can. */
  private Behavior<Message> send(CoordinatorMessage message) {
    if (line.send(message)) {
      return this;
    }
    getContext().getLog().warn("does not read what it is told; its stream is closed");
    line.cut();
    return Behaviors.stopped();
  }

  /** Nobody reads the older stream any more, or somebody who should not. */
  private Behavior<Message> onReplaced() {
    line.cut();
    return Behaviors.stopped();
  }

  private Behavior<Message> dismiss(WeftException reason) {
    getContext().getLog().warn(reason.sentence());
    line.send(new CoordinatorMessage.Refused(reason.problem().code(), reason.getMessage()));
    return Behaviors.stopped();
  }

  private Behavior<Message> onBroken(Broken broken) {
    if (broken.reason() instanceof WeftException problem) {
      return dismiss(problem);
    }
    getContext().getLog().info("the line broke: {}", broken.reason().toString());
    return Behaviors.stopped();
  }

  private Behavior<Message> onStopped(PostStop signal) {
    line.close();
    return this;
  }
}
