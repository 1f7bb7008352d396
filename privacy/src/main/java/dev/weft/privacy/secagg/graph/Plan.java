package dev.weft.privacy.secagg.graph;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;

/**
 * With how many neighbours each site of a cohort shares, and how many shares give a secret: a
 * function of the cohort's size that every site computes for itself (privacy.md 1.6).
 *
 * <p>With all others, the threshold is the smallest that withstands the threat: more than half of
 * the sites and of those in league with the coordinator together, or, if the coordinator keeps to
 * the protocol, more than those in league with it. Sites are whole: of four, a share of three
 * tenths that may drop out is one, and of two none. (As real numbers, at a tenth in league and
 * three tenths lost, cohorts of 2 and of 4 would be the ones without a threshold.)
 *
 * @param neighbours k; each site also holds a share of its own secrets
 * @param threshold t; of a site and its neighbours, so many have to last to the end
 */
public record Plan(int sites, int neighbours, int threshold) {
  /** Above so many sites, automatic neighbours are fewer than all. */
  public static final int MOST_FULL = 64;

  /** In a cohort (privacy.md 4.1). */
  public static final int MOST_SITES = 10_000;

  /**
   * The plan for a cohort.
   *
   * @throws WeftException if there is none that withstands the threat
   */
  public static Plan of(int sites, Neighbours neighbours, Threat threat) {
    if (sites < 2 || sites > MOST_SITES) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          Text.format("a secure sum is of 2 to %d sites and not of %d", MOST_SITES, sites));
    }
    if (neighbours instanceof Neighbours.Exactly exactly && exactly.number() < sites - 1) {
      return among(sites, exactly.number(), threat);
    }
    if (neighbours instanceof Neighbours.Automatic && sites > MOST_FULL) {
      return new DegreeFinder(sites, threat)
          .fewest()
          .map(found -> new Plan(sites, found.neighbours(), found.threshold()))
          .orElseGet(() -> among(sites, sites - 1, threat));
    }
    return among(sites, sites - 1, threat);
  }

  private static Plan among(int sites, int neighbours, Threat threat) {
    int holders = neighbours + 1;
    int below =
        switch (threat.adversary()) {
          case CURIOUS -> threat.colludingOf(holders);
          case SEMI_MALICIOUS -> (holders + threat.colludingOf(holders)) / 2;
        };
    int threshold = Math.max(below + 1, 2);
    int lasting = holders - threat.dropoutsOf(holders);
    if (threshold > lasting) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          Text.format(
              "a secure sum among %d sites would need shares of %d of them, of which only %d are"
                  + " sure to last; allow fewer than %d of %d thousandths to drop out, or fewer"
                  + " than %d to be in league with the coordinator",
              holders, threshold, lasting, threat.dropouts(), Threat.WHOLE, threat.colluding()));
    }
    return new Plan(sites, neighbours, threshold);
  }

  /** Whether every site shares with all others. */
  public boolean isFull() {
    return neighbours == sites - 1;
  }

  /** How many of a site and its neighbours may drop out within the session. */
  public int tolerated() {
    return neighbours + 1 - threshold;
  }
}
