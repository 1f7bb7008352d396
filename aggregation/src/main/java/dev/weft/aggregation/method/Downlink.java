package dev.weft.aggregation.method;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a client must fetch after a round besides what it can derive: the parts that changed, a new
 * side delta, or both.
 *
 * @param trainedParts whether the trained factors come from the coordinator; the head always does
 * @param sideRankFormula rank of the round's side delta as documentation writes it; empty if none
 * @param sideRank the same as a function of the cohort's ranks
 */
public record Downlink(
    boolean trainedParts, String sideRankFormula, ToLongFunction<List<Integer>> sideRank) {

  /** The new values of the trained parts. */
  public static Downlink ofTrainedParts() {
    return new Downlink(true, "", ranks -> 0);
  }

  /** A side delta; the factors themselves can be derived. */
  public static Downlink ofSideDelta(String rankFormula, ToLongFunction<List<Integer>> rank) {
    return new Downlink(false, rankFormula, rank);
  }

  /** The trained parts too. */
  public Downlink andTrainedParts() {
    return new Downlink(true, sideRankFormula, sideRank);
  }
}
