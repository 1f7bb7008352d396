package dev.weft.core.config;

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

  /** Settings made by {@code --set}. */
  public static List<Setting> of(Map<String, String> values) {
    return values.entrySet().stream()
        .map(entry -> new Setting(entry.getKey(), entry.getValue(), SET))
        .toList();
  }
}
