package dev.weft.coordinator;

import dev.weft.aggregation.RoundResult;
import dev.weft.coordinator.RoundEffect.Deadline;
import dev.weft.coordinator.store.ArtifactDesk;
import dev.weft.core.config.RoundConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.update.ClientUpdate;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.RoundId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * One round with one cohort. Every wait has a deadline; every message that arrives too late is
 * answered, not dropped. {@link RoundRules} decides; this only does what they say, on the thread of
 * its {@link Rounds}.
 */
final class Round {

  sealed interface Command {}

  /** A client said something. */
  record Heard(ClientReply reply) implements Command {}

  record DeadlinePassed(Deadline deadline) implements Command {}

  /** The client's update is in the sum, with the weight that it brought. */
  record Added(String client, long examples) implements Command {}

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
   * @param traffic what its clients fetched and left
   */
  record Ended(Outcome outcome, ArtifactDesk.Traffic traffic) {}

  /** What a round can do to the world around it. */
  interface Stage {

    /** Where clients answer. */
    ActorRef<ClientReply> ear();

    void tell(String client, ClientSession.Command command);

    /** Gives the round, when the work is done or has failed, the command that this amounts to. */
    <T> void whenDone(CompletionStage<T> work, BiFunction<T, Throwable, Command> meaning);

    /** Gives the round {@link DeadlinePassed}; a wait of the same deadline begins anew. */
    void await(Deadline deadline, Duration atMost);

    /** Takes back {@link #await}, even if its time is up and the round has not heard of it yet. */
    void stopWaiting(Deadline deadline);

    void report(RunEvent event);

    /** The round is over and needs nothing more. */
    void conclude(Ended ended);
  }

  private final RoundPlan plan;
  private final RoundRules rules;
  private final Map<String, Integer> ranks;
  private final Stage stage;
  private final Summation sum;
  private final Map<Integer, ClientSession.Offer> offers = new HashMap<>();
  private final Map<Integer, ClientSession.Train> trainings = new HashMap<>();
  private RoundPhase phase = new RoundPhase.Closed();

  Round(RoundPlan plan, Stage stage) {
    this.plan = plan;
    this.stage = stage;
    this.rules = plan.rules();
    this.ranks = plan.cohort().stream().collect(Collectors.toMap(Site::name, Site::rank));
    this.sum = new Summation(plan);
  }

  RoundId id() {
    return plan.id();
  }

  /** Lays out what the cohort needs and asks it. */
  void open() {
    plan.spec().desk().open(plan.id(), plan.catalogue().digests(), plan.longestUpdate());
    perform(rules.open());
  }

  void take(Command command) {
    perform(rules.apply(phase, command));
  }

  private void perform(RoundStep step) {
    phase = step.phase();
    step.effects().forEach(this::perform);
  }

  private void perform(RoundEffect effect) {
    if (effect instanceof RoundEffect.Offer offer) {
      stage.tell(offer.client(), atRank(offer.client(), offers, this::offer));
    } else if (effect instanceof RoundEffect.Train train) {
      stage.tell(train.client(), atRank(train.client(), trainings, this::training));
    } else if (effect instanceof RoundEffect.AddToSum add) {
      String client = add.upload().client();
      stage.whenDone(
          sum.add(add.upload(), ranks.get(client)),
          (update, thrown) -> added(client, update, thrown));
    } else if (effect instanceof RoundEffect.FinishSum) {
      stage.whenDone(
          sum.finish(),
          (result, thrown) ->
              thrown == null ? new SumFinished(result) : new SumFailed(sentence(thrown)));
    } else if (effect instanceof RoundEffect.Acknowledge acknowledge) {
      stage.tell(acknowledge.client(), new ClientSession.Received(plan.id()));
    } else if (effect instanceof RoundEffect.AnswerTooLate late) {
      stage.tell(late.client(), new ClientSession.TooLate(late.id()));
    } else if (effect instanceof RoundEffect.CancelClient cancel) {
      stage.tell(cancel.client(), new ClientSession.Cancel(plan.id(), cancel.reason()));
    } else if (effect instanceof RoundEffect.Await await) {
      stage.await(await.deadline(), patience(await.deadline()));
    } else if (effect instanceof RoundEffect.StopWaiting stop) {
      stage.stopWaiting(stop.deadline());
    } else if (effect instanceof RoundEffect.Report report) {
      stage.report(report.event());
    } else if (effect instanceof RoundEffect.Conclude conclude) {
      stage.conclude(new Ended(conclude.outcome(), plan.spec().desk().close(plan.id())));
    }
  }

  /** Clients of one rank are told the same; what that is is worked out once. */
  private <T> T atRank(String client, Map<Integer, T> messages, Function<Integer, T> message) {
    return messages.computeIfAbsent(ranks.get(client), message);
  }

  private ClientSession.Offer offer(int rank) {
    return new ClientSession.Offer(plan.id(), plan.terms(rank), stage.ear());
  }

  private ClientSession.Train training(int rank) {
    return new ClientSession.Train(
        plan.id(),
        plan.local(rank),
        plan.catalogue().at(rank),
        plan.spec().round().progressDeadline(),
        stage.ear());
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
  private static Command added(String client, ClientUpdate update, Throwable thrown) {
    if (thrown == null) {
      return new Added(client, update.examples());
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
