package dev.weft.simulation.report;

import dev.weft.core.Text;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers as people read them. */
final class Quantity {
  private static final String[] BYTE_UNITS = {"B", "kB", "MB", "GB", "TB"};
  private static final MathContext TWO_DIGITS = new MathContext(2);
  private static final String UNKNOWN = "–";

  private Quantity() {}

  /** Three significant digits in decimal units, such as 1.64 MB. */
  static String bytes(double bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    int decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return trimmed(fixed(value, decimals)) + "\u00A0" + BYTE_UNITS[unit];
  }

  static String bytes(long bytes) {
    return bytes((double) bytes);
  }

  static String fixed(double value, int decimals) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP).toPlainString()
        : UNKNOWN;
  }

  /** Losses and metrics. */
  static String score(double value) {
    return fixed(value, 3);
  }

  static String scientific(double value) {
    if (!Double.isFinite(value)) {
      return UNKNOWN;
    }
    return value == 0 ? "0" : Text.format("%.1e", value).replace("e-0", "e-");
  }

  /** Whole numbers with thin spaces between thousands. */
  static String count(double value) {
    return Text.format("%,.0f", value).replace(',', '\u2009');
  }

  /** How many in a second: whole, but below ten two significant digits. */
  static String rate(double perSecond) {
    return perSecond < 9.95
        ? BigDecimal.valueOf(perSecond).round(TWO_DIGITS).toPlainString()
        : count(perSecond);
  }

  static String count(long value) {
    return count((double) value);
  }

  static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (seconds < 9.95) {
      return fixed(seconds, 1) + "\u00A0s";
    }
    if (whole < 60) {
      return whole + "\u00A0s";
    }
    return whole < 3600
        ? Text.format("%d\u00A0min %02d\u00A0s", whole / 60, whole % 60)
        : Text.format("%d\u00A0h %02d\u00A0min", whole / 3600, whole % 3600 / 60);
  }

  private static String trimmed(String decimal) {
    return decimal.contains(".") ? decimal.replaceAll("0+$", "").replaceAll("\\.$", "") : decimal;
  }
}
