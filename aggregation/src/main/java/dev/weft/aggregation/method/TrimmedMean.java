package dev.weft.aggregation.method;

/**
 * The mean of every trained entry without its largest and smallest values, of which {@code
 * method.robust.trimmed} says how many: that share of the clients at either end, rounded up.
 */
final class TrimmedMean {
  static final MethodCard CARD =
      RobustCenter.card(
          "trimmed-mean",
          "the mean of every trained entry without its extreme values",
          "Yin et al., Byzantine-robust distributed learning: towards optimal statistical rates,"
              + " ICML 2018",
          (method, config) ->
              method.aggregator(
                  new EntryCenter(
                      rising -> mean(rising, config.robust().trimmedOf(rising.length)),
                      config.robust()::trimmedOf)));

  private TrimmedMean() {}

  private static double mean(double[] rising, int trimmed) {
    double sum = 0;
    for (int i = trimmed; i < rising.length - trimmed; i++) {
      sum += rising[i];
    }
    return sum / (rising.length - 2 * trimmed);
  }
}
