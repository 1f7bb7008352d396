package dev.weft.core.update;

/**
 * The grid that weighted updates are rounded to, and how far they may reach. {@link UpdateEncoding}
 * makes integers of it.
 *
 * @param fractionBits f; one step of the grid is 2^-f of an update times its weight
 * @param range R; entries of an update lie strictly within ±R
 */
public record FixedPoint(int fractionBits, int range) {
  /** The largest R that can be chosen. */
  public static final int MOST_RANGE = 1024;

  /** The largest f that can be chosen. */
  public static final int MOST_FRACTION_BITS = 40;

  public FixedPoint {
    if (fractionBits < 1 || fractionBits > MOST_FRACTION_BITS) {
      throw new IllegalArgumentException(
          "fractionBits: must be between 1 and " + MOST_FRACTION_BITS + ", got " + fractionBits);
    }
    if (range < 1 || range > MOST_RANGE) {
      throw new IllegalArgumentException(
          "range: must be between 1 and " + MOST_RANGE + ", got " + range);
    }
  }

  /**
   * A grid that is as fine as anyone needs and no finer.
   *
   * @param mostExamples what a client may weigh: at that weight a step is 2^-26 of an entry, and
   *     never more than 2^-16 of the entry of a single example
   * @param reach what an entry can move by in a round
   */
  public static FixedPoint fitting(long mostExamples, double reach) {
    int weightBits = Long.SIZE - 1 - Long.numberOfLeadingZeros(mostExamples);
    int range = 1;
    while (range < reach && range < MOST_RANGE) {
      range *= 2;
    }
    return new FixedPoint(Math.max(16, 26 - weightBits), range);
  }

  /** One step of the grid. */
  public double step() {
    return Math.scalb(1.0, -fractionBits);
  }
}
