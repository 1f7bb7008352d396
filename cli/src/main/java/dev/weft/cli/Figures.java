package dev.weft.cli;

import dev.weft.core.Text;
import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as people read them; the same everywhere, whatever the locale. */
final class Figures {
  private static final String[] BYTE_UNITS = {"B", "kB", "MB", "GB", "TB"};
  private static final MathContext THREE_DIGITS = new MathContext(3);
  private static final MathContext TWO_DIGITS = new MathContext(2);
  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

  private Figures() {}

  /** Decimal units, three significant digits: {@code 812 B}, {@code 3.21 MB}. */
  static String bytes(long bytes) {
    BigDecimal value = BigDecimal.valueOf(bytes);
    int unit = 0;
    while (value.round(THREE_DIGITS).compareTo(THOUSAND) >= 0 && unit < BYTE_UNITS.length - 1) {
      value = value.movePointLeft(3);
      unit++;
    }
    return value.round(THREE_DIGITS).toPlainString() + " " + BYTE_UNITS[unit];
  }

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

  /** How many in a second: whole, but below ten two significant digits. */
  static String rate(double perSecond) {
    return perSecond < 9.95
        ? BigDecimal.valueOf(perSecond).round(TWO_DIGITS).toPlainString()
        : Text.format("%.0f", perSecond);
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
