package dev.weft.coordinator;

import dev.weft.coordinator.RoundEffect.Deadline;
import dev.weft.core.metrics.SitesEvaluation;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.FromClient;
import dev.weft.protocol.RoundId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Plays a run's rounds one after the other, asks between them how well a state does at its sites,
 * and hears all its clients. Whoever speaks of a round that is over gets an answer as long as the
 * run lives, though nothing is left of that round.
 */
final class Rounds extends AbstractBehavior<Rounds.Message> {

  sealed interface Message {}

  /** Begins a round; the one before is over. */
  record Play(RoundPlan plan) implements Message {}

  /** Asks the sites how well a state does; no round is on. */
  record Measure(SurveyPlan plan) implements Message {}

  /** Ends the round that is on without a result. */
  record Cancel(String reason) implements Message {}

  private record Heard(FromClient said) implements Message {}

  private record Present(Sessions.Presence presence) implements Message {}

  /** A computation or a wait that a round began has come to its end. */
  private record CameAbout(RoundId id, Round.Command command) implements Message {}

  /** A wait that a survey began has come to its end. */
  private record Waited(RoundId id, SurveyRules.Command command) implements Message {}

  private final TimerScheduler<Message> timers;
  private final Survey.Memory memory = new Survey.Memory();
  private final Map<String, ActorRef<ClientSession.Command>> sessions = new HashMap<>();
  private final Consumer<RunEvent> listener;
  private final ActorRef<Round.Ended> replyTo;
  private final ActorRef<SitesEvaluation> measuredTo;
  private final ActorRef<FromClient> ear;
  private Optional<Round> current = Optional.empty();
  private Optional<Survey> survey = Optional.empty();

  /**
   * @param sessions where clients are reached
   * @param listener hears what clients do
   * @param replyTo hears how every round ended
   * @param measuredTo hears what the sites have said of a state
   */
  static Behavior<Message> create(
      ActorRef<Sessions.Message> sessions,
      Consumer<RunEvent> listener,
      ActorRef<Round.Ended> replyTo,
      ActorRef<SitesEvaluation> measuredTo) {
    return Behaviors.setup(
        context -> {
          sessions.tell(
              new Sessions.Follow(context.messageAdapter(Sessions.Presence.class, Present::new)));
          return Behaviors.withTimers(
              timers -> new Rounds(context, timers, listener, replyTo, measuredTo));
        });
  }

  private Rounds(
      ActorContext<Message> context,
      TimerScheduler<Message> timers,
      Consumer<RunEvent> listener,
      ActorRef<Round.Ended> replyTo,
      ActorRef<SitesEvaluation> measuredTo) {
    super(context);
    this.timers = timers;
    this.listener = listener;
    this.replyTo = replyTo;
    this.measuredTo = measuredTo;
    this.ear = context.messageAdapter(FromClient.class, Heard::new);
  }

  @Override
  public Receive<Message> createReceive() {
    return newReceiveBuilder()
        .onMessage(Play.class, this::onPlay)
        .onMessage(Measure.class, this::onMeasure)
        .onMessage(Waited.class, this::onWaited)
        .onMessage(Cancel.class, cancel -> pass(new Round.Cancel(cancel.reason())))
        .onMessage(Heard.class, heard -> onHeard(heard.said()))
        .onMessage(Present.class, message -> onPresence(message.presence()))
        .onMessage(CameAbout.class, this::onCameAbout)
        .build();
  }

  private Behavior<Message> onPlay(Play play) {
    Round round = new Round(play.plan(), new Stage(play.plan().id()));
    current = Optional.of(round);
    round.open();
    return this;
  }

  private Behavior<Message> onMeasure(Measure measure) {
    Survey asked = new Survey(measure.plan(), memory, new SurveyStage(measure.plan().id()));
    survey = Optional.of(asked);
    asked.open(sessions.keySet());
    return this;
  }

  private Behavior<Message> onWaited(Waited message) {
    return survey.filter(asked -> asked.id().equals(message.id())).isPresent()
        ? survey(message.command())
        : this;
  }

  private Behavior<Message> survey(SurveyRules.Command command) {
    survey.ifPresent(asked -> asked.take(command));
    return this;
  }

  private Behavior<Message> onHeard(FromClient said) {
    if (survey.filter(asked -> asked.id().equals(said.id())).isPresent()) {
      return survey(new SurveyRules.Heard(said.client(), said.reply()));
    }
    if (current.isPresent()) {
      return pass(new Round.Heard(said.client(), said.reply()));
    }
    tell(said.client(), new ClientSession.TooLate(said.id()));
    return this;
  }

  private Behavior<Message> onPresence(Sessions.Presence presence) {
    if (presence instanceof Sessions.Presence.Here client) {
      sessions.put(client.client(), client.session());
      memory.forget(client.client());
      survey(new SurveyRules.Joined(client.client()));
      return pass(new Round.Joined(client.client()));
    }
    String gone = ((Sessions.Presence.Gone) presence).client();
    sessions.remove(gone);
    return survey(new SurveyRules.Left(gone));
  }

  private Behavior<Message> onCameAbout(CameAbout message) {
    return current.filter(round -> round.id().equals(message.id())).isPresent()
        ? pass(message.command())
        : this;
  }

  private Behavior<Message> pass(Round.Command command) {
    current.ifPresent(round -> round.take(command));
    return this;
  }

  /** Whoever is not here is told when it comes; see {@link Round.Joined}. */
  private void tell(String client, ClientSession.Command command) {
    Optional.ofNullable(sessions.get(client)).ifPresent(session -> session.tell(command));
  }

  /** What a round or a survey has of this actor. */
  private abstract class Share implements Clients {
    final RoundId id;

    Share(RoundId id) {
      this.id = id;
    }

    @Override
    public ActorRef<FromClient> ear() {
      return ear;
    }

    @Override
    public void tell(String client, ClientSession.Command command) {
      Rounds.this.tell(client, command);
    }
  }

  /** One survey's share of this actor. */
  private final class SurveyStage extends Share implements Survey.Stage {
    SurveyStage(RoundId id) {
      super(id);
    }

    @Override
    public void await(Object key, SurveyRules.Command command, Duration atMost) {
      timers.startSingleTimer(key, new Waited(id, command), atMost);
    }

    @Override
    public void stopWaiting(Object key) {
      timers.cancel(key);
    }

    @Override
    public void conclude(SitesEvaluation evaluation) {
      survey = Optional.empty();
      measuredTo.tell(evaluation);
    }
  }

  /** One round's share of this actor. */
  private final class Stage extends Share implements Round.Stage {
    Stage(RoundId id) {
      super(id);
    }

    @Override
    public <T> void whenDone(
        CompletionStage<T> work, BiFunction<T, Throwable, Round.Command> meaning) {
      getContext()
          .pipeToSelf(work, (result, thrown) -> new CameAbout(id, meaning.apply(result, thrown)));
    }

    @Override
    public void await(Deadline deadline, Duration atMost) {
      timers.startSingleTimer(
          deadline, new CameAbout(id, new Round.DeadlinePassed(deadline)), atMost);
    }

    @Override
    public void stopWaiting(Deadline deadline) {
      timers.cancel(deadline);
    }

    @Override
    public void report(RunEvent event) {
      listener.accept(event);
    }

    @Override
    public void conclude(Round.Ended ended) {
      timers.cancelAll();
      current = Optional.empty();
      replyTo.tell(ended);
    }
  }
}
