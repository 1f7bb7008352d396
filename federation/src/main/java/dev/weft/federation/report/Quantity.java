package dev.weft.federation.report;

import dev.weft.core.Amounts;
import dev.weft.core.Text;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers as people read them. */
final class Quantity {
  private static final char THIN_SPACE = '\u2009';
  private static final String UNKNOWN = "–";

  private Quantity() {}

  /** In decimal units without zeros at the end, such as 1.64 MB and 1.5 MB. */
  static String bytes(long bytes) {
    String[] amount = Amounts.bytes(bytes).split(" ", 2);
    return trimmed(amount[0]) + "\u00A0" + amount[1];
  }

  static String bytes(double bytes) {
    return bytes(Math.round(bytes));
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
    return Text.format("%,.0f", value).replace(',', THIN_SPACE);
  }

  /** How many in a second: whole, but below ten two significant digits. */
  static String rate(double perSecond) {
    return Amounts.rate(perSecond).replace(',', THIN_SPACE);
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
