package dev.weft.core.config;

import dev.weft.core.Text;
import java.time.Duration;

/** Preconditions of configuration records; the sentence starts with the key. */
final class Check {
  private static final Duration LONGEST_DEADLINE = Duration.ofDays(100);

  private Check() {}

  /** A value that breaks its key's rule. */
  static final class Broken extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String key;

    Broken(String key, String rule, Object value) {
      super(Text.format("%s %s, got %s", key, rule, value));
      this.key = key;
    }

    String key() {
      return key;
    }
  }

  static void that(boolean holds, String key, String rule, Object value) {
    if (!holds) {
      throw new Broken(key, rule, value);
    }
  }

  static void atLeast(String key, long value, long least) {
    that(value >= least, key, "must be at least " + least, value);
  }

  static void between(String key, long value, long least, long most) {
    that(
        value >= least && value <= most,
        key,
        Text.format("must be between %d and %d", least, most),
        value);
  }

  static void positive(String key, double value) {
    that(value > 0 && Double.isFinite(value), key, "must be a positive number", value);
  }

  static void positive(String key, Duration value) {
    that(
        value.compareTo(Duration.ZERO) > 0,
        key,
        "must be a positive duration",
        Durations.format(value));
  }

  static void notNegative(String key, double value) {
    that(value >= 0 && Double.isFinite(value), key, "must not be negative or infinite", value);
  }

  /** No longer than a scheduler can wait. */
  static void deadline(String key, Duration value) {
    positive(key, value);
    that(
        value.compareTo(LONGEST_DEADLINE) <= 0,
        key,
        "must be at most " + Durations.format(LONGEST_DEADLINE),
        Durations.format(value));
  }

  static void notNegative(String key, Duration value) {
    that(!value.isNegative(), key, "must not be negative", Durations.format(value));
  }

  static void fraction(String key, double value) {
    that(value >= 0 && value < 1, key, "must be in [0, 1)", value);
  }

  static void notBlank(String key, String value) {
    that(!value.isBlank(), key, "must not be empty", "\"" + value + "\"");
  }
}
