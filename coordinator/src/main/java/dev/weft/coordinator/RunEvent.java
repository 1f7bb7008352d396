package dev.weft.coordinator;

import dev.weft.core.Digest;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.SitesEvaluation;
import java.util.List;
import java.util.OptionalDouble;

/** What a run tells whoever watches it. */
public sealed interface RunEvent {

  /**
   * A run goes on that was begun before.
   *
   * @param told what was told of it so far and lasts: its start, commits and measurements, in order
   */
  record Resumed(List<RunEvent> told) implements RunEvent {
    public Resumed {
      told = List.copyOf(told);
    }
  }

  /**
   * The state before round 1 is durable. A run that is continued does not say so again.
   *
   * @param state its digest
   */
  record RunStarted(Digest state) implements RunEvent {}

  /** The cohort is about to be asked. */
  record RoundStarted(int round, int attempt, List<String> cohort) implements RunEvent {
    public RoundStarted {
      cohort = List.copyOf(cohort);
    }
  }

  /** The round came to nothing; the run tries it again. */
  record RoundFailed(int round, int attempt, String sentence) implements RunEvent {}

  /**
   * A client trains.
   *
   * @param meanLoss empty where it keeps that to itself
   */
  record ClientProgress(
      int round, String client, long examplesDone, long examplesTotal, OptionalDouble meanLoss)
      implements RunEvent {}

  /** A client's update is in the sum. */
  record ClientDelivered(int round, String client, Delivery delivery) implements RunEvent {}

  /** The round goes on without a client; the sentence names it and says why. */
  record ClientDropped(int round, String client, String sentence) implements RunEvent {}

  /**
   * The round is durable.
   *
   * @param state digest of the state it led to
   */
  record RoundCommitted(RoundMetrics metrics, Digest state) implements RunEvent {}

  /**
   * The newest durable state was measured by the coordinator.
   *
   * @param round that led to it; 0 for the state before the first, which training has to improve on
   */
  record Evaluated(int round, Evaluation evaluation) implements RunEvent {}

  /** The newest durable state could not be measured; the run goes on with it all the same. */
  record EvaluationFailed(int round, String sentence) implements RunEvent {}

  /**
   * The journal cannot be read or written now; the run waits for it, and begins the round that is
   * on anew.
   */
  record JournalFailed(String sentence) implements RunEvent {}

  /**
   * Sites were asked to measure the newest durable state.
   *
   * @param round that led to it; 0 for the state before the first
   */
  record EvaluatedAtSites(int round, SitesEvaluation evaluation) implements RunEvent {}

  /**
   * The run is over; always the last event.
   *
   * @param lastGood the newest state that was committed and could be read
   */
  record RunEnded(RunOutcome outcome, GlobalState lastGood) implements RunEvent {}
}
