package dev.weft.privacy.secagg.graph;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The fewest neighbours in a random Harary graph with which a session is safe but for a chance of
 * 2^-40 and ends well but for one of 2^-20 (privacy.md 1.6, Bell et al. 2020).
 */
record DegreeFinder(int sites, Threat threat) {
  /** Two ways to fail share the chance of 2^-40. */
  private static final double UNSAFE = 0x1p-41;

  private static final double UNSUCCESSFUL = 0x1p-20;

  /** Neighbours and threshold. */
  record Found(int neighbours, int threshold) {}

  /** Empty if there are no such neighbours, which happens to small cohorts. */
  Optional<Found> fewest() {
    for (int neighbours = 2; neighbours < sites - 1; neighbours += 2) {
      OptionalInt threshold = threshold(neighbours);
      if (threshold.isPresent()) {
        return Optional.of(new Found(neighbours, threshold.getAsInt()));
      }
    }
    return Optional.empty();
  }

  /** The smallest threshold with so many neighbours, if there is one. */
  private OptionalInt threshold(int neighbours) {
    if (logDisconnected(neighbours) >= Math.log(UNSAFE)) {
      return OptionalInt.empty();
    }
    int colluding =
        new Hypergeometric(sites, threat.colludingOf(sites), neighbours).upper(UNSAFE / sites);
    int surviving =
        new Hypergeometric(sites, sites - threat.dropoutsOf(sites), neighbours)
            .lower(UNSUCCESSFUL / sites);
    int below =
        switch (threat.adversary()) {
          case CURIOUS -> colluding;
          case SEMI_MALICIOUS -> (colluding + neighbours) / 2;
        };
    return surviving > below ? OptionalInt.of(Math.max(below + 1, 2)) : OptionalInt.empty();
  }

  /**
   * A Harary graph falls apart only if half the neighbours' number of successive sites are gone in
   * two places; a bound on the chance of that, over all pairs of places.
   */
  private double logDisconnected(int neighbours) {
    int gone = threat.colludingOf(sites) + threat.dropoutsOf(sites);
    if (neighbours > gone) {
      return Double.NEGATIVE_INFINITY;
    }
    return Math.log(sites)
        + Math.log(sites - neighbours - 1)
        - Math.log(2)
        + LogFactorials.of(gone)
        + LogFactorials.of(sites - neighbours)
        - LogFactorials.of(sites)
        - LogFactorials.of(gone - neighbours);
  }
}
