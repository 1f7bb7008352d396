package dev.weft.client.site;

import dev.weft.client.Client;
import dev.weft.client.ClientSetup;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.CoordinatorMessage;
import dev.weft.protocol.FromClient;
import dev.weft.protocol.RunTerms;
import dev.weft.protocol.SiteMessage;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * A site: makes itself ready for a run and has a {@link Client} in it, the same as in a simulation.
 * The line may break and come back as it likes: whatever the coordinator asks again is answered
 * again. It ends when the coordinator does not want this site.
 */
public final class SiteNode extends AbstractBehavior<SiteNode.Message> {

  /** What this understands. */
  public sealed interface Message {}

  /** The coordinator said something over the line. */
  record Heard(CoordinatorMessage message) implements Message {}

  /** Ends what is under way and says goodbye; answered when that is said, or cannot be. */
  record Leave(ActorRef<Done> replyTo) implements Message {}

  private record FromOwn(FromClient said) implements Message {}

  private record Prepared(RunTerms terms, ClientSetup setup) implements Message {}

  private record NotPrepared(RunTerms terms, WeftException problem) implements Message {}

  /** What a run has left is here, or cannot be had. */
  private record Delivered(SiteEvent event) implements Message {}

  /** What the site does for a run. */
  private sealed interface Work {
    RunTerms terms();

    /** Model and data are on their way. */
    record Preparing(RunTerms terms) implements Work {}

    /** Its client waits for rounds. */
    record Ready(RunTerms terms, ActorRef<ClientSession.Command> client, ClientSetup setup)
        implements Work {
      long examples() {
        return setup.data().size();
      }

      ClientReply disclosed(ClientReply reply) {
        return new Disclosure(setup.losses()).of(reply);
      }
    }
  }

  private final Workplace workplace;
  private final Consumer<SiteEvent> listener;
  private final ActorRef<Connection.Message> line;
  private Optional<Work> work = Optional.empty();
  private int clients;

  /**
   * @param line makes the actor that speaks with the coordinator, of where answers to rounds go and
   *     where it is heard
   * @param listener hears everything on the site's threads and must not block them
   */
  public static Behavior<Message> create(
      Workplace workplace,
      Function<Ears, Behavior<Connection.Message>> line,
      Consumer<SiteEvent> listener) {
    return Behaviors.setup(context -> new SiteNode(context, workplace, line, listener));
  }

  /**
   * Where a line's words go.
   *
   * @param rounds the answers of this site's client
   * @param coordinator what the coordinator says
   */
  record Ears(ActorRef<FromClient> rounds, ActorRef<CoordinatorMessage> coordinator) {}

  private SiteNode(
      ActorContext<Message> context,
      Workplace workplace,
      Function<Ears, Behavior<Connection.Message>> line,
      Consumer<SiteEvent> listener) {
    super(context);
    this.workplace = workplace;
    this.listener = listener;
    this.line =
        context.spawn(
            line.apply(
                new Ears(
                    context.messageAdapter(FromClient.class, FromOwn::new),
                    context.messageAdapter(CoordinatorMessage.class, Heard::new))),
            "line");
    context.watch(this.line);
  }

  @Override
  public Receive<Message> createReceive() {
    return newReceiveBuilder()
        .onMessage(Heard.class, heard -> onHeard(heard.message()))
        .onMessage(Leave.class, this::onLeave)
        .onMessage(FromOwn.class, own -> onReply(own.said()))
        .onMessage(Prepared.class, this::onPrepared)
        .onMessage(NotPrepared.class, this::onNotPrepared)
        .onMessage(Delivered.class, this::onDelivered)
        .onSignal(ChildFailed.class, this::onChildFailed)
        .onSignal(Terminated.class, ended -> Behaviors.stopped())
        .build();
  }

  private Behavior<Message> onHeard(CoordinatorMessage message) {
    if (message instanceof CoordinatorMessage.Prepare prepare) {
      return onPrepare(prepare.terms());
    }
    if (message instanceof CoordinatorMessage.Command command) {
      client(command.command().id().run()).ifPresent(client -> client.tell(command.command()));
    } else if (message instanceof CoordinatorMessage.RunEnded ended) {
      onRunEnded(ended);
    }
    return this;
  }

  /** The client of a run, if this site is ready for it. */
  private Optional<ActorRef<ClientSession.Command>> client(String run) {
    return work.filter(one -> one.terms().run().equals(run))
        .flatMap(
            one ->
                one instanceof Work.Ready ready ? Optional.of(ready.client()) : Optional.empty());
  }

  private Behavior<Message> onPrepare(RunTerms terms) {
    if (work.filter(one -> one.terms().equals(terms)).isPresent()) {
      if (work.get() instanceof Work.Ready ready) {
        say(new SiteMessage.Ready(terms.run(), ready.examples()));
      }
      return this;
    }
    stopWork();
    work = Optional.of(new Work.Preparing(terms));
    listener.accept(new SiteEvent.Preparing(terms));
    getContext()
        .pipeToSelf(
            workplace.prepare(terms),
            (setup, thrown) ->
                thrown == null
                    ? new Prepared(terms, setup)
                    : new NotPrepared(
                        terms,
                        WeftException.from(
                            thrown, Problem.INTERNAL, "making ready for " + terms.run())));
    return this;
  }

  private Behavior<Message> onPrepared(Prepared prepared) {
    if (!isUnderWay(prepared.terms())) {
      return this;
    }
    clients++;
    ActorRef<ClientSession.Command> client =
        getContext().spawn(Client.create(prepared.setup()), "client-" + clients);
    getContext().watch(client);
    String run = prepared.terms().run();
    long examples = prepared.setup().data().size();
    work = Optional.of(new Work.Ready(prepared.terms(), client, prepared.setup()));
    listener.accept(new SiteEvent.Prepared(run, examples));
    say(new SiteMessage.Ready(run, examples));
    return this;
  }

  private Behavior<Message> onNotPrepared(NotPrepared not) {
    if (isUnderWay(not.terms())) {
      work = Optional.empty();
      takeNoPart(not.terms().run(), not.problem());
    }
    return this;
  }

  private void takeNoPart(String run, WeftException problem) {
    String code = problem.problem().code();
    listener.accept(new SiteEvent.NotPrepared(run, code, problem.getMessage()));
    say(new SiteMessage.NotReady(run, code, Disclosure.of(problem)));
  }

  private boolean isUnderWay(RunTerms terms) {
    return work.equals(Optional.of(new Work.Preparing(terms)));
  }

  private void onRunEnded(CoordinatorMessage.RunEnded ended) {
    if (work.filter(one -> one.terms().run().equals(ended.run())).isEmpty()) {
      return;
    }
    if (work.get() instanceof Work.Ready ready) {
      ready.setup().shelf().clear();
    }
    stopWork();
    listener.accept(
        new SiteEvent.RunEnded(ended.run(), ended.outcome(), ended.results().isPresent()));
    ended
        .results()
        .ifPresent(
            results ->
                getContext()
                    .pipeToSelf(
                        workplace.keep(ended.run(), results),
                        (folder, thrown) ->
                            new Delivered(
                                thrown == null
                                    ? new SiteEvent.Kept(ended.run(), folder)
                                    : new SiteEvent.NotKept(
                                        ended.run(),
                                        WeftException.from(
                                                thrown, Problem.INTERNAL, "keeping the results")
                                            .sentence()))));
  }

  private Behavior<Message> onDelivered(Delivered delivered) {
    listener.accept(delivered.event());
    if (delivered.event() instanceof SiteEvent.Kept kept) {
      say(new SiteMessage.Kept(kept.run()));
    }
    return this;
  }

  /** The site itself hears all of it. A run that is over hears nothing. */
  private Behavior<Message> onReply(FromClient said) {
    listener.accept(new SiteEvent.Replied(said.reply()));
    if (work.isPresent() && work.get() instanceof Work.Ready ready) {
      say(new SiteMessage.Reply(ready.disclosed(said.reply())));
    }
    return this;
  }

  private Behavior<Message> onLeave(Leave leave) {
    stopWork();
    getContext().unwatch(line);
    line.tell(new Connection.End(new SiteMessage.Leaving("the site ends"), leave.replyTo()));
    return this;
  }

  /** Without a line it is lost; the coordinator asks again when there is one. */
  private void say(SiteMessage message) {
    line.tell(new Connection.Say(message));
  }

  private void stopWork() {
    work.ifPresent(
        one -> {
          if (one instanceof Work.Ready ready) {
            getContext().unwatch(ready.client());
            getContext().stop(ready.client());
          }
        });
    work = Optional.empty();
  }

  /**
   * A client that dies leaves the run, with the reason; it may be asked to make itself ready anew.
   */
  private Behavior<Message> onChildFailed(ChildFailed failed) {
    if (failed.getRef().path().equals(line.path())) {
      throw new IllegalStateException("the line to the coordinator failed", failed.getCause());
    }
    work.ifPresent(
        one ->
            takeNoPart(
                one.terms().run(),
                WeftException.from(failed.getCause(), Problem.INTERNAL, "the site's client")));
    work = Optional.empty();
    return this;
  }
}
