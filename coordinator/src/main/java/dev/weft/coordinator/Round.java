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

/**
 * One round with one cohort. Every wait has a deadline; every message that arrives too late is
 * answered, not dropped. {@link RoundRules} decides; this only does what they say, on the thread of
 * its {@link Rounds}.
 */
final class Round implements RoundEffect.Actions {

  sealed interface Command {}

  /** A client said something. */
  record Heard(String client, ClientReply reply) implements Command {}

  /** A client can be reached, for the first time or again; it may have missed what it was told. */
  record Joined(String client) implements Command {}

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
  interface Stage extends Clients {

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
    plan.facilities().desk().open(plan.id(), plan.catalogue().digests(), plan.longestUpdate());
    perform(rules.open());
  }

  void take(Command command) {
    perform(rules.apply(phase, command));
  }

  private void perform(RoundStep step) {
    phase = step.phase();
    step.effects().forEach(effect -> effect.perform(this));
  }

  @Override
  public void offer(String client) {
    stage.tell(client, atRank(client, offers, this::offerAt));
  }

  @Override
  public void train(String client) {
    stage.tell(client, atRank(client, trainings, this::trainingAt));
  }

  @Override
  public void addToSum(String client, ClientReply.Uploaded upload) {
    stage.whenDone(
        sum.add(client, upload, ranks.get(client)),
        (update, thrown) -> added(client, update, thrown));
  }

  @Override
  public void finishSum() {
    stage.whenDone(
        sum.finish(),
        (result, thrown) ->
            thrown == null ? new SumFinished(result) : new SumFailed(sentence(thrown)));
  }

  @Override
  public void acknowledge(String client) {
    stage.tell(client, new ClientSession.Received(plan.id()));
  }

  @Override
  public void answerTooLate(String client, RoundId id) {
    stage.tell(client, new ClientSession.TooLate(id));
  }

  @Override
  public void cancel(String client, String reason) {
    stage.tell(client, new ClientSession.Cancel(plan.id(), reason));
  }

  @Override
  public void await(Deadline deadline) {
    stage.await(deadline, patience(deadline));
  }

  @Override
  public void stopWaiting(Deadline deadline) {
    stage.stopWaiting(deadline);
  }

  @Override
  public void report(RunEvent event) {
    stage.report(event);
  }

  @Override
  public void conclude(Outcome outcome) {
    stage.conclude(new Ended(outcome, plan.facilities().desk().close(plan.id())));
  }

  /** Clients of one rank are told the same; what that is is worked out once. */
  private <T> T atRank(String client, Map<Integer, T> messages, Function<Integer, T> message) {
    return messages.computeIfAbsent(ranks.get(client), message);
  }

  private ClientSession.Offer offerAt(int rank) {
    return new ClientSession.Offer(plan.id(), plan.terms(rank), stage.ear());
  }

  private ClientSession.Train trainingAt(int rank) {
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
