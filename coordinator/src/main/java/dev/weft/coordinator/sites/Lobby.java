package dev.weft.coordinator.sites;

import dev.weft.coordinator.Sessions;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.CoordinatorMessage;
import dev.weft.protocol.RunResults;
import dev.weft.protocol.RunTerms;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Where sites come in. It has one stream of each site, the newest, and asks whoever is here, and
 * whoever comes, to make itself ready for the run that is on. A site that is ready can be reached
 * by the run as long as its stream lasts.
 */
public final class Lobby extends AbstractBehavior<Lobby.Message> {

  /** What this understands. */
  public sealed interface Message {}

  /** A stream of a site; its session is given back. */
  record Open(String site, SiteSession.Line line, ActorRef<ActorRef<SiteSession.Message>> replyTo)
      implements Message {}

  /** The site speaks our protocol. */
  record Arrived(ActorRef<SiteSession.Message> session, String software) implements Message {}

  private record Gone(ActorRef<SiteSession.Message> session) implements Message {}

  record Ready(
      ActorRef<SiteSession.Message> session,
      ActorRef<ClientSession.Command> client,
      String run,
      long examples)
      implements Message {}

  record NotReady(ActorRef<SiteSession.Message> session, String run, String code, String sentence)
      implements Message {}

  /**
   * A run is about to begin.
   *
   * @param sites its members; empty for all that come
   * @param sessions where its members join
   * @param watcher hears who is ready
   */
  public record Begin(
      RunTerms terms,
      Set<String> sites,
      ActorRef<Sessions.Message> sessions,
      ActorRef<Readiness> watcher)
      implements Message {
    public Begin {
      sites = Set.copyOf(sites);
    }
  }

  /**
   * The run is over.
   *
   * @param outcome one sentence
   * @param results what its members may have of it
   */
  public record End(String run, String outcome, Optional<RunResults> results) implements Message {}

  record Kept(String site, String run) implements Message {}

  /** Ends all streams of a site, which is not admitted any more; the door keeps it out. */
  public record Expel(String site) implements Message {}

  /** Asks who is here. */
  public record Who(ActorRef<List<Presence>> replyTo) implements Message {}

  /**
   * A site that is here.
   *
   * @param since when its stream began
   * @param software it runs
   * @param state what it does, for people
   */
  public record Presence(String site, Instant since, String software, String state) {}

  /** What whoever begins a run hears of its sites. */
  public sealed interface Readiness {
    String site();

    /** The site can train. */
    record CanTrain(String site, long examples) implements Readiness {}

    /** The site takes no part; the sentence says why. */
    record CanNot(String site, String code, String sentence) implements Readiness {}

    /** The run is over, and the site has what it may have of it. */
    record HasResults(String site) implements Readiness {}
  }

  /** A stream and what is known of its site. */
  private static final class Guest {
    private final String site;
    private final Instant since;
    private String software = "";
    private String state = "is here";
    private boolean arrived;
    private boolean ready;

    Guest(String site, Instant since) {
      this.site = site;
      this.since = since;
    }
  }

  private final String software;
  private final InstantSource clock;
  private final Map<ActorRef<SiteSession.Message>, Guest> guests = new HashMap<>();
  private final Map<String, ActorRef<SiteSession.Message>> newest = new TreeMap<>();
  private Optional<Begin> run = Optional.empty();

  /** The run that was on last, whose results are still fetched. */
  private Optional<Begin> over = Optional.empty();

  private int opened;

  /**
   * @param software of this process, for people
   */
  public static Behavior<Message> create(String software, InstantSource clock) {
    return Behaviors.setup(context -> new Lobby(context, software, clock));
  }

  private Lobby(ActorContext<Message> context, String software, InstantSource clock) {
    super(context);
    this.software = software;
    this.clock = clock;
  }

  @Override
  public Receive<Message> createReceive() {
    return newReceiveBuilder()
        .onMessage(Open.class, this::onOpen)
        .onMessage(Arrived.class, this::onArrived)
        .onMessage(Ready.class, this::onReady)
        .onMessage(NotReady.class, this::onNotReady)
        .onMessage(Begin.class, this::onBegin)
        .onMessage(End.class, this::onEnd)
        .onMessage(Kept.class, this::onKept)
        .onMessage(Expel.class, this::onExpel)
        .onMessage(Who.class, this::onWho)
        .onMessage(Gone.class, this::onGone)
        .build();
  }

  /** A session has a number for a name, since a site may be called anything. */
  private Behavior<Message> onOpen(Open open) {
    opened++;
    ActorRef<SiteSession.Message> session =
        getContext()
            .spawn(
                Behaviors.withMdc(
                    SiteSession.Message.class,
                    Map.of("site", open.site()),
                    SiteSession.create(open.site(), software, open.line(), getContext().getSelf())),
                "session-" + opened);
    getContext().watchWith(session, new Gone(session));
    replaceUnknown(open.site());
    guests.put(session, new Guest(open.site(), clock.instant()));
    open.replyTo().tell(session);
    return this;
  }

  /** A site has one stream at most that did not say yet which version it speaks. */
  private void replaceUnknown(String site) {
    guests.forEach(
        (session, guest) -> {
          if (guest.site.equals(site) && !guest.arrived) {
            session.tell(new SiteSession.Replaced());
          }
        });
  }

  /** A newer stream takes the older one's place. */
  private Behavior<Message> onArrived(Arrived arrived) {
    Guest guest = guests.get(arrived.session());
    if (guest == null) {
      return this;
    }
    guest.arrived = true;
    guest.software = arrived.software();
    ActorRef<SiteSession.Message> before = newest.put(guest.site, arrived.session());
    if (before == null) {
      log(guest.site, "is here");
    } else {
      log(guest.site, "is here anew; its older stream is closed");
      before.tell(new SiteSession.Replaced());
    }
    run.ifPresent(begun -> prepare(begun, guest.site, arrived.session()));
    return this;
  }

  private void log(String site, String what) {
    getContext().getLog().atInfo().addKeyValue("site", site).log(what);
  }

  private static void prepare(Begin begun, String site, ActorRef<SiteSession.Message> session) {
    if (begun.sites().isEmpty() || begun.sites().contains(site)) {
      session.tell(new SiteSession.Prepare(begun.terms()));
    }
  }

  private Behavior<Message> onReady(Ready ready) {
    current(ready.session(), ready.run())
        .ifPresent(
            guest -> {
              Begin begun = run.orElseThrow();
              guest.state = "is ready for " + ready.run();
              guest.ready = true;
              begun.sessions().tell(new Sessions.Join(guest.site, ready.client()));
              begun.watcher().tell(new Readiness.CanTrain(guest.site, ready.examples()));
            });
    return this;
  }

  private Behavior<Message> onNotReady(NotReady not) {
    current(not.session(), not.run())
        .ifPresent(
            guest -> {
              guest.state = "takes no part in " + not.run();
              run.orElseThrow()
                  .watcher()
                  .tell(new Readiness.CanNot(guest.site, not.code(), not.sentence()));
            });
    return this;
  }

  /** The guest of a session, if it is its site's newest and speaks of the run that is on. */
  private Optional<Guest> current(ActorRef<SiteSession.Message> session, String name) {
    return Optional.ofNullable(guests.get(session))
        .filter(guest -> session.equals(newest.get(guest.site)))
        .filter(guest -> run.filter(begun -> begun.terms().run().equals(name)).isPresent());
  }

  private Behavior<Message> onBegin(Begin begin) {
    run = Optional.of(begin);
    newest.forEach((site, session) -> prepare(begin, site, session));
    return this;
  }

  /** Only a run's members have of its results. */
  private Behavior<Message> onEnd(End end) {
    CoordinatorMessage.RunEnded bare =
        new CoordinatorMessage.RunEnded(end.run(), end.outcome(), Optional.empty());
    CoordinatorMessage.RunEnded whole =
        new CoordinatorMessage.RunEnded(end.run(), end.outcome(), end.results());
    newest.forEach(
        (site, session) -> {
          Guest guest = guests.get(session);
          session.tell(new SiteSession.EndRun(guest.ready ? whole : bare));
          guest.state = "is here";
          guest.ready = false;
        });
    over = run.filter(begun -> begun.terms().run().equals(end.run()));
    run = run.filter(begun -> !begun.terms().run().equals(end.run()));
    return this;
  }

  private Behavior<Message> onKept(Kept kept) {
    over.filter(ended -> ended.terms().run().equals(kept.run()))
        .ifPresent(ended -> ended.watcher().tell(new Readiness.HasResults(kept.site())));
    return this;
  }

  private Behavior<Message> onExpel(Expel expel) {
    guests.forEach(
        (session, guest) -> {
          if (guest.site.equals(expel.site())) {
            session.tell(new SiteSession.Dismiss(revoked()));
          }
        });
    return this;
  }

  private static WeftException revoked() {
    return new WeftException(
        Problem.NOT_ADMITTED,
        "this site's certificate was revoked; ask the coordinator's operator for a new invitation");
  }

  private Behavior<Message> onWho(Who who) {
    List<Presence> here = new ArrayList<>();
    newest.forEach(
        (site, session) -> {
          Guest guest = guests.get(session);
          here.add(new Presence(site, guest.since, guest.software, guest.state));
        });
    who.replyTo().tell(List.copyOf(here));
    return this;
  }

  private Behavior<Message> onGone(Gone gone) {
    Guest guest = guests.remove(gone.session());
    if (guest != null && newest.remove(guest.site, gone.session())) {
      log(guest.site, "is gone");
    }
    return this;
  }
}
