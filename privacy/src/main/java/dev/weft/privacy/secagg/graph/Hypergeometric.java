package dev.weft.privacy.secagg.graph;

/**
 * How many of the sites of one kind are among some that are drawn without putting back.
 *
 * @param sites in all
 * @param special of them
 * @param drawn of them
 */
record Hypergeometric(int sites, int special, int drawn) {

  /** The smallest x that is exceeded with at most this probability. */
  int upper(double probability) {
    double beyond = 0;
    int x = most();
    while (x > least() && beyond + probability(x) <= probability) {
      beyond += probability(x);
      x--;
    }
    return x;
  }

  /** The smallest x that is not exceeded with at least this probability. */
  int lower(double probability) {
    double upTo = 0;
    for (int x = least(); x < most(); x++) {
      upTo += probability(x);
      if (upTo >= probability) {
        return x;
      }
    }
    return most();
  }

  private int least() {
    return Math.max(0, drawn - (sites - special));
  }

  private int most() {
    return Math.min(special, drawn);
  }

  private double probability(int x) {
    return Math.exp(
        LogFactorials.choose(special, x)
            + LogFactorials.choose(sites - special, drawn - x)
            - LogFactorials.choose(sites, drawn));
  }
}
