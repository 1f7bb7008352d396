package dev.weft.core;

import java.math.BigDecimal;
import java.math.MathContext;

/** Bytes and rates as people read them; the same on every machine. */
public final class Amounts {
  private static final String[] BYTE_UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  private static final MathContext THREE_DIGITS = new MathContext(3);
  private static final MathContext TWO_DIGITS = new MathContext(2);
  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

  private Amounts() {}

  /** Decimal units, three significant digits: {@code 812 B}, {@code 3.21 MB}. */
  public static String bytes(long bytes) {
    BigDecimal value = BigDecimal.valueOf(bytes);
    int unit = 0;
    while (value.round(THREE_DIGITS).compareTo(THOUSAND) >= 0 && unit < BYTE_UNITS.length - 1) {
      value = value.movePointLeft(3);
      unit++;
    }
    return value.round(THREE_DIGITS).toPlainString() + " " + BYTE_UNITS[unit];
  }

  /** How many in a second: whole, but below ten two significant digits. */
  public static String rate(double perSecond) {
    return perSecond < 9.95
        ? BigDecimal.valueOf(perSecond).round(TWO_DIGITS).toPlainString()
        : Text.format("%,.0f", perSecond);
  }
}
