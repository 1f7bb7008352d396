package dev.weft.federation;

import dev.weft.coordinator.RunOutcome;
import dev.weft.core.Digest;
import dev.weft.core.adapter.GlobalState;
import dev.weft.federation.report.Findings;
import dev.weft.federation.report.MeasuredRound;
import java.util.List;

/**
 * What a federated run left behind, however it ended.
 *
 * @param state the last committed state; the initial one if no round was committed
 * @param digest of that state
 * @param start what was found out about the state before round 1
 * @param rounds the committed rounds, in order
 * @param warnings one sentence each: of data that is not used, and for every client that was
 *     dropped and every state that could not be measured
 */
public record RunResult(
    String method,
    RunOutcome outcome,
    GlobalState state,
    Digest digest,
    Findings start,
    List<MeasuredRound> rounds,
    List<String> warnings,
    double wallSeconds) {

  public RunResult {
    rounds = List.copyOf(rounds);
    warnings = List.copyOf(warnings);
  }

  public boolean completed() {
    return outcome instanceof RunOutcome.Completed;
  }

  /** Whether there is a round to keep; the state is the initial one otherwise. */
  public boolean committed() {
    return !rounds.isEmpty();
  }

  /** Examples trained per second of the rounds, over all clients. */
  public double examplesPerSecond() {
    double seconds = rounds.stream().mapToDouble(round -> round.metrics().seconds()).sum();
    long examples = rounds.stream().mapToLong(round -> round.metrics().examplesProcessed()).sum();
    return seconds > 0 ? examples / seconds : 0;
  }
}
