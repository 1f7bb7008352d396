package dev.weft.protocol;

import dev.weft.core.Text;

/**
 * Which try of which round a message belongs to; whatever carries another one is late.
 *
 * @param run name of the run
 * @param round counted from 1
 * @param attempt counted from 1; grows when a coordinator restarts in the middle of a round
 */
public record RoundId(String run, int round, int attempt) {

  public RoundId {
    if (run.isEmpty()) {
      throw new IllegalArgumentException("run: must have a name");
    }
    if (round < 1) {
      throw new IllegalArgumentException("round: must be at least 1, got " + round);
    }
    if (attempt < 1) {
      throw new IllegalArgumentException("attempt: must be at least 1, got " + attempt);
    }
  }

  @Override
  public String toString() {
    return Text.format("%s round %d attempt %d", run, round, attempt);
  }
}
