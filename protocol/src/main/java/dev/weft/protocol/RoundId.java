package dev.weft.protocol;

import dev.weft.core.Text;

/**
 * Which try of which round a message belongs to; whatever carries another one is late.
 *
 * @param run name of the run
 * @param round counted from 1; 0 for what comes before the first
 * @param attempt counted from 1; grows when a coordinator restarts in the middle of a round; 0 for
 *     the measurement of what the round led to
 */
public record RoundId(String run, int round, int attempt) {

  public RoundId {
    if (run.isEmpty()) {
      throw new IllegalArgumentException("run: must have a name");
    }
    if (attempt < 0) {
      throw new IllegalArgumentException("attempt: must be at least 0, got " + attempt);
    }
    int least = attempt == 0 ? 0 : 1;
    if (round < least) {
      throw new IllegalArgumentException("round: must be at least " + least + ", got " + round);
    }
  }

  /**
   * The measurement of the state that a round led to.
   *
   * @param round 0 for the state before the first
   */
  public static RoundId measuring(String run, int round) {
    return new RoundId(run, round, 0);
  }

  /** Whether this is a measurement, and nobody trains. */
  public boolean measures() {
    return attempt == 0;
  }

  @Override
  public String toString() {
    return measures()
        ? Text.format("%s measurement after round %d", run, round)
        : Text.format("%s round %d attempt %d", run, round, attempt);
  }
}
