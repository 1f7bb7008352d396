package dev.weft.text.jinja;

import dev.weft.core.Text;
import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.format.TextStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes a time as C's {@code strftime} does in its own locale, which speaks English. */
record Strftime(LocalDateTime time) {
  private static final Pattern DIRECTIVE = Pattern.compile("%([-_0^#]*)(.)", Pattern.DOTALL);

  String format(String pattern) {
    return DIRECTIVE
        .matcher(pattern)
        .replaceAll(
            directive ->
                Matcher.quoteReplacement(
                    flagged(directive.group(1), written(directive.group(2).charAt(0)))));
  }

  private static String flagged(String flags, String written) {
    String changed = written;
    if (flags.contains("-")) {
      changed = changed.replaceFirst("^[0 ]+(?=\\d)", "");
    } else if (flags.contains("_")) {
      changed = changed.replaceFirst("^0(?=\\d)", " ");
    } else if (flags.contains("0")) {
      changed = changed.replaceFirst("^ (?=\\d)", "0");
    }
    return flags.contains("^") ? Letters.upper(changed) : changed;
  }

  private String written(char directive) {
    return switch (directive) {
      case 'a' -> day().substring(0, 3);
      case 'A' -> day();
      case 'b', 'h' -> month().substring(0, 3);
      case 'B' -> month();
      case 'c' -> format("%a %b %e %H:%M:%S %Y");
      case 'C' -> two(time.getYear() / 100);
      case 'd' -> two(time.getDayOfMonth());
      case 'D', 'x' -> format("%m/%d/%y");
      case 'e' -> Text.format("%2d", time.getDayOfMonth());
      case 'f' -> Text.format("%06d", time.getNano() / 1000);
      case 'F' -> format("%Y-%m-%d");
      case 'g' -> two(time.get(IsoFields.WEEK_BASED_YEAR) % 100);
      case 'G' -> Integer.toString(time.get(IsoFields.WEEK_BASED_YEAR));
      case 'H' -> two(time.getHour());
      case 'I' -> two(hourOfHalf());
      case 'j' -> Text.format("%03d", time.getDayOfYear());
      case 'k' -> Text.format("%2d", time.getHour());
      case 'l' -> Text.format("%2d", hourOfHalf());
      case 'm' -> two(time.getMonthValue());
      case 'M' -> two(time.getMinute());
      case 'n' -> "\n";
      case 'p' -> time.getHour() < 12 ? "AM" : "PM";
      case 'P' -> time.getHour() < 12 ? "am" : "pm";
      case 'r' -> format("%I:%M:%S %p");
      case 'R' -> format("%H:%M");
      case 's' ->
          Long.toString(ChronoUnit.SECONDS.between(LocalDateTime.of(1970, 1, 1, 0, 0), time));
      case 'S' -> two(time.getSecond());
      case 't' -> "\t";
      case 'T', 'X' -> format("%H:%M:%S");
      case 'u' -> Integer.toString(time.getDayOfWeek().getValue());
      case 'U' -> two(weeksSince(DayOfWeek.SUNDAY));
      case 'V' -> two(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
      case 'w' -> Integer.toString(time.getDayOfWeek().getValue() % 7);
      case 'W' -> two(weeksSince(DayOfWeek.MONDAY));
      case 'y' -> two(time.getYear() % 100);
      case 'Y' -> Integer.toString(time.getYear());
      // A time without a zone, as Python's datetime.now() is.
      case 'z', 'Z' -> "";
      case '%' -> "%";
      default -> "%" + directive;
    };
  }

  private String day() {
    return time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
  }

  private String month() {
    return time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
  }

  private int hourOfHalf() {
    return time.getHour() % 12 == 0 ? 12 : time.getHour() % 12;
  }

  /** Weeks of the year that have begun on this day of the week. */
  private int weeksSince(DayOfWeek first) {
    int daysIntoWeek = Math.floorMod(time.getDayOfWeek().getValue() - first.getValue(), 7);
    return (time.getDayOfYear() - 1 + 7 - daysIntoWeek) / 7;
  }

  private static String two(int number) {
    return Text.format("%02d", number);
  }
}
