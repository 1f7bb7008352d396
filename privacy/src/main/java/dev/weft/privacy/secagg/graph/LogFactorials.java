package dev.weft.privacy.secagg.graph;

/** Natural logarithms of factorials. */
final class LogFactorials {
  private static final double[] TABLE = table();

  private LogFactorials() {}

  private static double[] table() {
    double[] table = new double[Plan.MOST_SITES + 1];
    for (int i = 2; i < table.length; i++) {
      table[i] = table[i - 1] + StrictMath.log(i);
    }
    return table;
  }

  /** ln n!, for n up to {@link Plan#MOST_SITES}. */
  static double of(int n) {
    return TABLE[n];
  }

  /** ln of n over k. */
  static double choose(int n, int k) {
    return of(n) - of(k) - of(n - k);
  }
}
