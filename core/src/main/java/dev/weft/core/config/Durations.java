package dev.weft.core.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as users write them: a whole number and a unit. */
public final class Durations {
  private static final Pattern WRITTEN = Pattern.compile("([0-9]{1,9})\\s*([a-z]{1,2})");
  private static final Map<String, Duration> UNITS = new LinkedHashMap<>();

  static {
    UNITS.put("d", Duration.ofDays(1));
    UNITS.put("h", Duration.ofHours(1));
    UNITS.put("m", Duration.ofMinutes(1));
    UNITS.put("s", Duration.ofSeconds(1));
    UNITS.put("ms", Duration.ofMillis(1));
    UNITS.put("us", Duration.ofNanos(1000));
  }

  private Durations() {}

  /**
   * @throws IllegalArgumentException if the text is no whole number with a unit
   */
  public static Duration parse(String text) {
    Matcher written = WRITTEN.matcher(text.strip());
    Duration unit = written.matches() ? UNITS.get(written.group(2)) : null;
    if (unit == null) {
      throw new IllegalArgumentException("no whole number with a unit: " + text);
    }
    return unit.multipliedBy(Long.parseLong(written.group(1)));
  }

  /** In the largest unit that needs no fraction: {@code 90s}, {@code 5m}; zero is {@code 0s}. */
  public static String format(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    for (Map.Entry<String, Duration> unit : UNITS.entrySet()) {
      long count = duration.dividedBy(unit.getValue());
      if (unit.getValue().multipliedBy(count).equals(duration)) {
        return count + unit.getKey();
      }
    }
    return duration.toNanos() + "ns";
  }
}
