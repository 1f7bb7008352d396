package dev.weft.federation.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * Maps values to a stretch of the page and marks it at round numbers.
 *
 * @param low value at position 0
 * @param high value at position 1
 * @param logarithmic whether equal ratios are equally long
 */
record Axis(
    double low,
    double high,
    boolean logarithmic,
    List<Double> ticks,
    DoubleFunction<String> label) {

  Axis {
    ticks = List.copyOf(ticks);
  }

  /**
   * From the tick at or below {@code least} to the one at or above {@code most}; a single value
   * gets air on both sides.
   */
  static Axis linear(double least, double most, int wanted, DoubleFunction<String> label) {
    if (least == most) {
      double air = Math.max(Math.abs(most) / 10, 1e-3);
      return linear(least - air, most + air, wanted, label);
    }
    double step = niceStep((most - least) / wanted);
    long first = (long) Math.floor(least / step + 1e-9);
    long last = Math.max((long) Math.ceil(most / step - 1e-9), first + 1);
    List<Double> ticks = new ArrayList<>();
    for (long i = first; i <= last; i++) {
      ticks.add(i * step);
    }
    return new Axis(first * step, last * step, false, ticks, label);
  }

  /** Tick labels with as many decimals as the ticks differ in. */
  static Axis decimal(double least, double most, int wanted) {
    Axis axis = linear(least, most, wanted, String::valueOf);
    double step = axis.ticks.get(1) - axis.ticks.get(0);
    int decimals = 0;
    while (decimals < 6 && Math.abs(step - Math.rint(step)) > 1e-6 * step) {
      step *= 10;
      decimals++;
    }
    int digits = decimals;
    return new Axis(axis.low, axis.high, false, axis.ticks, value -> Quantity.fixed(value, digits));
  }

  /** From zero, in bytes, kB, MB…. */
  static Axis bytes(double most, int wanted) {
    return linear(0, most, wanted, Quantity::bytes);
  }

  /** Whole rounds, with half a round of air at both ends. */
  static Axis rounds(int first, int last) {
    int step = Math.max(1, (int) Math.ceil(niceStep((last - first) / 10.0)));
    List<Double> ticks = new ArrayList<>();
    for (int round = first; round <= last; round++) {
      if (step == 1 || round % step == 0 || round == first) {
        ticks.add((double) round);
      }
    }
    return new Axis(first - 0.5, last + 0.5, false, ticks, value -> Quantity.fixed(value, 0));
  }

  /** Decades, or 1-2-5 steps where there are few decades; all values must be positive. */
  static Axis logarithmic(double least, double most, DoubleFunction<String> label) {
    double low = Math.log10(least);
    double high = Math.log10(most);
    double air = Math.max(0.06 * (high - low), 0.05);
    double[] steps = high - low > 2 ? new double[] {1} : new double[] {1, 2, 5};
    List<Double> ticks = new ArrayList<>();
    for (int decade = (int) Math.floor(low - air); decade <= Math.ceil(high + air); decade++) {
      for (double step : steps) {
        double tick = step * Math.pow(10, decade);
        if (Math.log10(tick) >= low - air && Math.log10(tick) <= high + air) {
          ticks.add(tick);
        }
      }
    }
    return new Axis(Math.pow(10, low - air), Math.pow(10, high + air), true, ticks, label);
  }

  /** Where a value lies, 0 at the low and 1 at the high end. */
  double position(double value) {
    return logarithmic
        ? Math.log(value / low) / Math.log(high / low)
        : (value - low) / (high - low);
  }

  String text(double tick) {
    return label.apply(tick);
  }

  /** 1, 2, 2.5 or 5 times a power of ten, at least {@code raw}. */
  private static double niceStep(double raw) {
    double decade = Math.pow(10, Math.floor(Math.log10(raw)));
    for (double factor : new double[] {1, 2, 2.5, 5}) {
      if (factor * decade >= raw * (1 - 1e-9)) {
        return factor * decade;
      }
    }
    return 10 * decade;
  }
}
