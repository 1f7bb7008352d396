package dev.weft.coordinator;

import dev.weft.aggregation.RoundResult;
import dev.weft.coordinator.RoundEffect.Deadline;
import dev.weft.core.config.RoundConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientSession;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.util.ByteString;

/**
 * One round with one cohort. Every wait has a deadline; every message that arrives too late is
 * answered, not dropped, which is why the actor stays when the round is over, with nothing but its
 * addresses. {@link RoundRules} decides; this actor only does what they say.
 */
final class Round extends AbstractBehavior<Round.Command> {

  sealed interface Command {}

  /** A client said something. */
  record Heard(ClientReply reply) implements Command {}

  record DeadlinePassed(Deadline deadline) implements Command {}

  /** The client's update is in the sum. */
  record Added(String client) implements Command {}

  /** The client's update is not in the sum. */
  record Refused(String client, Problem problem, String sentence) implements Command {}

  record SumFinished(RoundResult result) implements Command {}

  record SumFailed(String sentence) implements Command {}

  /** Ends the round without a result. */
  record Cancel(String reason) implements Command {}

  /** How a round ended. */
  sealed interface Outcome {}

  record Aggregated(RoundResult result, SortedMap<String, Delivery> delivered) implements Outcome {}

  record Failed(String reason) implements Outcome {}

  record Cancelled() implements Outcome {}

  /**
   * The last word of a round.
   *
   * @param bytesUp encoded updates received
   * @param bytesDown encoded artifacts sent
   */
  record Ended(Outcome outcome, long bytesUp, long bytesDown) {}

  private final RoundPlan plan;
  private final RoundRules rules;
  private final Map<String, Site> cohort;
  private final TimerScheduler<Command> timers;
  private final Consumer<RunEvent> listener;
  private final ActorRef<Ended> replyTo;
  private final ActorRef<ClientReply> ear;
  private final Summation sum;
  private RoundPhase phase;
  private long bytesUp;
  private long bytesDown;

  static Behavior<Command> create(
      RoundPlan plan, Consumer<RunEvent> listener, ActorRef<Ended> replyTo) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new Round(context, timers, plan, listener, replyTo)));
  }

  private Round(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      RoundPlan plan,
      Consumer<RunEvent> listener,
      ActorRef<Ended> replyTo) {
    super(context);
    this.plan = plan;
    this.rules = plan.rules();
    this.cohort = plan.cohort().stream().collect(Collectors.toMap(Site::name, site -> site));
    this.timers = timers;
    this.listener = listener;
    this.replyTo = replyTo;
    this.ear = context.messageAdapter(ClientReply.class, Heard::new);
    this.sum = new Summation(plan);
    take(rules.open());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onAnyMessage(
            command -> {
              take(rules.apply(phase, command));
              return phase instanceof RoundPhase.Closed ? afterwards(rules, cohort) : this;
            })
        .build();
  }

  /** What stays of a round: no state, no sum, only someone who answers. */
  private static Behavior<Command> afterwards(RoundRules rules, Map<String, Site> cohort) {
    return Behaviors.receiveMessage(
        command -> {
          for (RoundEffect effect : rules.apply(new RoundPhase.Closed(), command).effects()) {
            if (effect instanceof RoundEffect.AnswerTooLate late) {
              answerTooLate(cohort, late);
            }
          }
          return Behaviors.same();
        });
  }

  private void take(RoundStep step) {
    phase = step.phase();
    step.effects().forEach(this::perform);
  }

  private void perform(RoundEffect effect) {
    if (effect instanceof RoundEffect.Offer offer) {
      tell(
          offer.client(),
          new ClientSession.Offer(plan.id(), plan.terms(rank(offer.client())), ear));
    } else if (effect instanceof RoundEffect.Train train) {
      tell(train.client(), train(rank(train.client())));
    } else if (effect instanceof RoundEffect.SendArtifact send) {
      ByteString bytes = plan.catalogue().encode(send.digest());
      bytesDown += bytes.size();
      tell(send.client(), new ClientSession.Artifact(plan.id(), send.digest(), bytes));
    } else if (effect instanceof RoundEffect.AddToSum add) {
      String client = add.upload().client();
      bytesUp += add.upload().payload().size();
      getContext()
          .pipeToSelf(
              sum.add(add.upload(), rank(client)), (update, thrown) -> added(client, thrown));
    } else if (effect instanceof RoundEffect.FinishSum) {
      getContext()
          .pipeToSelf(
              sum.finish(),
              (result, thrown) ->
                  thrown == null ? new SumFinished(result) : new SumFailed(sentence(thrown)));
    } else if (effect instanceof RoundEffect.Acknowledge acknowledge) {
      tell(acknowledge.client(), new ClientSession.Received(plan.id()));
    } else if (effect instanceof RoundEffect.AnswerTooLate late) {
      answerTooLate(cohort, late);
    } else if (effect instanceof RoundEffect.CancelClient cancel) {
      tell(cancel.client(), new ClientSession.Cancel(plan.id(), cancel.reason()));
    } else if (effect instanceof RoundEffect.Await await) {
      timers.startSingleTimer(
          await.deadline(), new DeadlinePassed(await.deadline()), patience(await.deadline()));
    } else if (effect instanceof RoundEffect.StopWaiting stop) {
      timers.cancel(stop.deadline());
    } else if (effect instanceof RoundEffect.Report report) {
      listener.accept(report.event());
    } else if (effect instanceof RoundEffect.Conclude conclude) {
      replyTo.tell(new Ended(conclude.outcome(), bytesUp, bytesDown));
    }
  }

  private void tell(String client, ClientSession.Command command) {
    cohort.get(client).session().tell(command);
  }

  /** A name outside the cohort has no address here; whoever uses it gets no answer. */
  private static void answerTooLate(Map<String, Site> cohort, RoundEffect.AnswerTooLate late) {
    Optional.ofNullable(cohort.get(late.client()))
        .ifPresent(site -> site.session().tell(new ClientSession.TooLate(late.id())));
  }

  private int rank(String client) {
    return cohort.get(client).rank();
  }

  private ClientSession.Train train(int rank) {
    return new ClientSession.Train(
        plan.id(),
        plan.local(rank),
        plan.catalogue().at(rank),
        plan.spec().round().progressDeadline(),
        ear);
  }

  private Duration patience(Deadline deadline) {
    RoundConfig config = plan.spec().round();
    if (deadline instanceof Deadline.Answers) {
      return config.offerDeadline();
    }
    return deadline instanceof Deadline.Sum
        ? config.aggregationDeadline()
        : config.progressDeadline();
  }

  /** Only a problem of the update itself is held against the client. */
  private static Command added(String client, Throwable thrown) {
    if (thrown == null) {
      return new Added(client);
    }
    WeftException problem =
        WeftException.from(thrown, Problem.INTERNAL, "adding the update of " + client);
    return problem.problem() == Problem.INTERNAL
        ? new SumFailed(problem.getMessage())
        : new Refused(client, problem.problem(), problem.getMessage());
  }

  private static String sentence(Throwable thrown) {
    return WeftException.from(thrown, Problem.INTERNAL, "aggregation").getMessage();
  }
}
