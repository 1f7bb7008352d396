package dev.weft.core.metrics;

import java.util.List;

/**
 * How far the figures of sites are apart, each counted once however many examples it has.
 *
 * @param least smallest of them
 * @param most largest of them
 * @param deviation their standard deviation, of these sites and not of a sample: 0 for one
 */
public record Spread(double least, double most, double deviation) {

  /**
   * @param figures one per site, at least one, in an order that does not depend on arrival
   */
  public static Spread of(List<Double> figures) {
    if (figures.isEmpty()) {
      throw new IllegalArgumentException("figures: must be at least one");
    }
    double mean = figures.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    double squares = 0;
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (double figure : figures) {
      squares += (figure - mean) * (figure - mean);
      least = Math.min(least, figure);
      most = Math.max(most, figure);
    }
    return new Spread(least, most, Math.sqrt(squares / figures.size()));
  }
}
