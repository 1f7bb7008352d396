package dev.weft.aggregation.method;

/**
 * The median of every trained entry over the clients; of an even number of clients the mean of the
 * middle two. Fewer than half of the clients cannot move an entry beyond what honest ones sent.
 */
final class CoordinateMedian {
  static final MethodCard CARD =
      RobustCenter.card(
          "median",
          "the median of every trained entry, which a minority cannot move beyond the others",
          "Yin et al., Byzantine-robust distributed learning: towards optimal statistical rates,"
              + " ICML 2018",
          (method, config) ->
              method.aggregator(
                  new EntryCenter(CoordinateMedian::median, clients -> (clients - 1) / 2)));

  private CoordinateMedian() {}

  private static double median(double[] rising) {
    int middle = rising.length / 2;
    return rising.length % 2 == 1 ? rising[middle] : (rising[middle - 1] + rising[middle]) / 2;
  }
}
