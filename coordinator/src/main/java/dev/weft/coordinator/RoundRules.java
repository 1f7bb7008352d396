package dev.weft.coordinator;

import dev.weft.coordinator.RoundEffect.Deadline;
import dev.weft.coordinator.RoundPhase.Aggregating;
import dev.weft.coordinator.RoundPhase.Closed;
import dev.weft.coordinator.RoundPhase.Offering;
import dev.weft.coordinator.RoundPhase.Training;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.RoundId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.pcollections.TreePSet;

/**
 * The rules of a round as a pure function, {@code phase × command → phase + effects}. A client that
 * declines, fails, falls silent or sends a bad update is dropped and named; the round goes on while
 * {@code minClients} can still deliver.
 *
 * @param id the attempt whose messages count
 * @param cohort names of the clients
 * @param minClients updates that the round needs
 */
record RoundRules(RoundId id, SortedSet<String> cohort, int minClients) {

  RoundRules {
    cohort = Collections.unmodifiableSortedSet(new TreeSet<>(cohort));
  }

  /** The first step of every round. No clock runs against a client before it was asked. */
  RoundStep open() {
    List<RoundEffect> effects = new ArrayList<>();
    cohort.forEach(client -> effects.add(new RoundEffect.Offer(client)));
    effects.add(new RoundEffect.Await(new Deadline.Answers()));
    return new RoundStep(
        new Offering(TreePSet.fromSortedSet(cohort), TreePSet.empty(), Tally.EMPTY), effects);
  }

  RoundStep apply(RoundPhase phase, Round.Command command) {
    if (command instanceof Round.Heard heard && !heard.reply().id().equals(id)) {
      return tooLate(phase, heard);
    }
    if (phase instanceof Closed) {
      return command instanceof Round.Heard heard ? tooLate(phase, heard) : RoundStep.to(phase);
    }
    if (command instanceof Round.Cancel cancel) {
      return close(phase.active(), new Round.Cancelled(), cancel.reason());
    }
    if (command instanceof Round.SumFailed failed) {
      return fail(phase.active(), failed.sentence());
    }
    if (command instanceof Round.DeadlinePassed passed
        && passed.deadline() instanceof Deadline.Sum) {
      return fail(
          phase.active(),
          "the updates were not aggregated within round.aggregation-deadline; raise it, or do"
              + " without method.measure-error");
    }
    if (phase instanceof Offering offering) {
      return new OfferingRules(this).apply(offering, command);
    }
    if (phase instanceof Training training) {
      return new TrainingRules(this).apply(training, command);
    }
    return whileAggregating((Aggregating) phase, command);
  }

  private RoundStep whileAggregating(Aggregating phase, Round.Command command) {
    if (command instanceof Round.SumFinished finished) {
      return close(
          phase.active(),
          new Round.Aggregated(finished.result(), phase.delivered()),
          "the round is over");
    }
    return afterDelivery(phase, client -> phase.delivered().containsKey(client), command);
  }

  /**
   * A repeated upload is acknowledged again, and so is one whose sender comes back; from a client
   * that is out everything is too late.
   */
  static RoundStep afterDelivery(
      RoundPhase phase, Predicate<String> delivered, Round.Command command) {
    if (command instanceof Round.Joined joined && delivered.test(joined.client())) {
      return RoundStep.to(phase, new RoundEffect.Acknowledge(joined.client()));
    }
    if (!(command instanceof Round.Heard heard)) {
      return RoundStep.to(phase);
    }
    if (!delivered.test(heard.client())) {
      return tooLate(phase, heard);
    }
    return heard.reply() instanceof ClientReply.Uploaded
        ? RoundStep.to(phase, new RoundEffect.Acknowledge(heard.client()))
        : RoundStep.to(phase);
  }

  static RoundStep tooLate(RoundPhase phase, Round.Heard heard) {
    return RoundStep.to(phase, new RoundEffect.AnswerTooLate(heard.client(), heard.reply().id()));
  }

  /**
   * A client's loss as everyone hears of it.
   *
   * @param others clients that can still deliver
   */
  RunEvent.ClientDropped loss(String client, String code, String why, int others) {
    String sentence =
        others < minClients
            ? Text.format("%s: %s (%s)", client, why, code)
            : Text.format(
                "%s: %s; round %d goes on with %d of %d clients (%s)",
                client, why, id.round(), others, cohort.size(), code);
    return new RunEvent.ClientDropped(id.round(), client, sentence);
  }

  /** Tells the client and whoever watches that it is out. */
  static List<RoundEffect> dismissal(RunEvent.ClientDropped loss) {
    return List.of(
        new RoundEffect.CancelClient(loss.client(), loss.sentence()), new RoundEffect.Report(loss));
  }

  boolean isEnough(int clients) {
    return clients >= minClients;
  }

  RoundStep failForLackOfClients(RoundPhase phase, Tally tally) {
    return fail(
        phase.active(),
        Text.format(
            "%d of %d clients are left, %d are needed%s",
            phase.active().size() + tally.size(),
            cohort.size(),
            minClients,
            tally.lastLoss().map(loss -> "; the last one lost was " + loss.sentence()).orElse("")));
  }

  private RoundStep fail(SortedSet<String> active, String why) {
    String sentence =
        Text.format("round %d: %s (%s)", id.round(), why, Problem.ROUND_FAILED.code());
    return close(active, new Round.Failed(sentence), "the round has failed");
  }

  /** Ends every wait, releases the clients and tells the outcome. */
  private static RoundStep close(SortedSet<String> active, Round.Outcome outcome, String reason) {
    List<RoundEffect> effects = new ArrayList<>();
    effects.add(new RoundEffect.StopWaiting(new Deadline.Answers()));
    effects.add(new RoundEffect.StopWaiting(new Deadline.Sum()));
    for (String client : active) {
      effects.add(new RoundEffect.StopWaiting(new Deadline.SignOfLife(client)));
      effects.add(new RoundEffect.CancelClient(client, reason));
    }
    effects.add(new RoundEffect.Conclude(outcome));
    return new RoundStep(new Closed(), effects);
  }
}
