package dev.weft.cli;

import dev.weft.core.Text;

/** Numbers as people read them; the same everywhere, whatever the locale. */
final class Figures {
  private Figures() {}

  /** Three digits after the point: losses and metrics. */
  static String score(double value) {
    return Text.format("%.3f", value);
  }

  /**
   * Relative errors in two significant digits; an exact zero and NaN, not measured, are said so.
   */
  static String error(double value) {
    if (Double.isNaN(value)) {
      return "not measured";
    }
    return value == 0 ? "0" : Text.format("%.1e", value);
  }

  static String seconds(double seconds) {
    return seconds < 90
        ? Text.format("%.1f s", seconds)
        : Text.format("%d min %02d s", (long) seconds / 60, (long) seconds % 60);
  }

  static String count(long value) {
    return Text.format("%,d", value);
  }

  /** {@code 1 round}, {@code 5 rounds}. */
  static String counted(long number, String noun) {
    return count(number) + " " + noun + (number == 1 ? "" : "s");
  }
}
