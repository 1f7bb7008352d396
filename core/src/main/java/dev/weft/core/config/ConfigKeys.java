package dev.weft.core.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The keys a configuration may have, and the nearest one to a key that it may not.
 *
 * @param keys full keys of all settings, sorted
 */
record ConfigKeys(List<String> keys) {

  static ConfigKeys of(Config defaults) {
    return new ConfigKeys(defaults.entrySet().stream().map(Map.Entry::getKey).sorted().toList());
  }

  /** Refuses the first unknown key, by line. */
  void refuseUnknown(Config config) {
    List<Unknown> unknown = new ArrayList<>();
    collectUnknown(config.root(), List.of(), unknown);
    unknown.stream()
        .min(
            Comparator.comparingInt((Unknown found) -> found.origin().lineNumber())
                .thenComparing(Unknown::key))
        .ifPresent(
            first -> {
              throw unknown(Place.of(first.origin()), first.key());
            });
  }

  boolean contains(String key) {
    return keys.contains(key);
  }

  boolean isSection(String key) {
    return keys.stream().anyMatch(known -> known.startsWith(key + "."));
  }

  WeftException unknown(String place, String key) {
    String wayOut =
        nearest(key)
            .map(likely -> Text.format("did you mean %s?", likely))
            .orElse("docs/configuration.md lists all keys");
    return new WeftException(
        Problem.UNKNOWN_KEY, Text.format("%s: %s is not a key; %s", place, key, wayOut));
  }

  /**
   * The key that was probably meant: few letters differ, or the last word is right and only its
   * section is missing or wrong. Empty if nothing is near.
   */
  Optional<String> nearest(String key) {
    return keys.stream()
        .min(
            Comparator.comparingInt((String known) -> difference(key, known))
                .thenComparingInt(known -> Text.distance(key, known)))
        .filter(known -> difference(key, known) <= Math.max(2, key.length() / 4));
  }

  private record Unknown(String key, ConfigOrigin origin) {}

  /** Walks the tree itself, because {@link Config#entrySet} hides nulls and empty sections. */
  private void collectUnknown(ConfigObject section, List<String> path, List<Unknown> unknown) {
    for (Map.Entry<String, ConfigValue> entry : section.entrySet()) {
      List<String> elements = new ArrayList<>(path);
      elements.add(entry.getKey());
      String key = ConfigUtil.joinPath(elements);
      if (entry.getValue() instanceof ConfigObject nested && !nested.isEmpty() && !contains(key)) {
        collectUnknown(nested, elements, unknown);
      } else if (!contains(key) && !isSection(key)) {
        unknown.add(new Unknown(key, entry.getValue().origin()));
      }
    }
  }

  private static int difference(String key, String known) {
    return Math.min(Text.distance(key, known), 1 + Text.distance(lastWord(key), lastWord(known)));
  }

  private static String lastWord(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }
}
