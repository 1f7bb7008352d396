package dev.weft.checkpoint.quantization;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.checkpoint.JsonFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The layers that a list of compressed-tensors names: by their name, by {@code re:} and a pattern
 * that their name begins with, or by their class.
 */
record LayerNames(Set<String> names, List<Pattern> patterns) {
  private static final String PATTERN = "re:";

  /** The classes of the layers that have weights to quantize. */
  private static final Set<String> CLASSES = Set.of("Linear", "Embedding");

  /** The ways to name a layer, the one that counts first. */
  enum Precision {
    NAME,
    PATTERN,
    CLASS
  }

  LayerNames {
    names = Set.copyOf(names);
    patterns = List.copyOf(patterns);
  }

  /** The list under this key; names nothing if there is none. */
  static LayerNames of(JsonFile config, String key) {
    List<String> names = new ArrayList<>();
    List<Pattern> patterns = new ArrayList<>();
    for (JsonNode entry : config.fields().path(key)) {
      String text = entry.asText("");
      if (text.startsWith(PATTERN)) {
        patterns.add(pattern(config, key, text));
      } else {
        names.add(text);
      }
    }
    return new LayerNames(Set.copyOf(names), patterns);
  }

  private static Pattern pattern(JsonFile config, String key, String text) {
    try {
      return Pattern.compile(text.substring(PATTERN.length()));
    } catch (PatternSyntaxException e) {
      throw config.unsupported(
          key + " " + JsonFile.shown(config.fields().path(key)), "patterns without errors");
    }
  }

  /** Whether the list names the layer in any way. */
  boolean matches(String layer) {
    return matches(layer, Precision.NAME)
        || matches(layer, Precision.PATTERN)
        || matches(layer, Precision.CLASS);
  }

  /** Whether the list names the layer in this way. */
  boolean matches(String layer, Precision precision) {
    return switch (precision) {
      case NAME -> names.contains(layer);
      case PATTERN -> patterns.stream().anyMatch(pattern -> pattern.matcher(layer).lookingAt());
      case CLASS -> names.stream().anyMatch(CLASSES::contains);
    };
  }
}
