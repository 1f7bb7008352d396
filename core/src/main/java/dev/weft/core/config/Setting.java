package dev.weft.core.config;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.List;
import java.util.Map;

/**
 * A key that the command line sets.
 *
 * @param value in brackets or quotes HOCON, else taken as it stands
 * @param option what the user typed, by which errors name it
 */
public record Setting(String key, String value, String option) {
  static final String SET = "--set";

  /**
   * Settings made by {@code --set}.
   *
   * @throws WeftException if one has no key
   */
  public static List<Setting> of(Map<String, String> values) {
    return values.entrySet().stream()
        .map(entry -> named(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static Setting named(String key, String value) {
    if (key.isBlank()) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format("%s: =%s names no key; write KEY=VALUE, such as run.rounds=3", SET, value));
    }
    return new Setting(key, value, SET);
  }
}
