package dev.weft.core.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigUtil;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes a complete configuration as HOCON that reads back as the same records; only the text
 * "auto" where auto is allowed cannot be told from no text.
 */
public final class ConfigWriter {
  private ConfigWriter() {}

  /** Every section and key with its documentation line. */
  public static String write(WeftConfig config) {
    StringBuilder text = new StringBuilder("# Complete configuration of this run.\n\n");
    write(config, "", "", ConfigLoader.defaults(), text);
    return text.toString();
  }

  /**
   * Leaves a configuration that somebody goes on from, unless there is one already.
   *
   * @throws WeftException if it cannot be written
   */
  public static void begin(Path file, String text) {
    try {
      if (!Files.exists(file)) {
        Files.writeString(file, text);
      }
    } catch (IOException e) {
      throw new WeftException(
          Problem.UNWRITABLE_OUTPUT,
          Text.format("%s: cannot be written; choose another --home", file),
          e);
    }
  }

  /** Texts as a list that a configuration file holds. */
  public static String list(List<?> values) {
    return render(values.stream().map(Object::toString).toList());
  }

  /**
   * The settings that decide what comes out of a run, by their keys; {@link ResultsUnchanged} marks
   * the others.
   */
  public static SortedMap<String, String> decisive(WeftConfig config) {
    SortedMap<String, String> settings = new TreeMap<>();
    collectDecisive(config, "", settings);
    return settings;
  }

  private static void collectDecisive(
      Object section, String prefix, SortedMap<String, String> settings) {
    for (RecordComponent component : section.getClass().getRecordComponents()) {
      if (!component.isAnnotationPresent(ResultsUnchanged.class)) {
        String key = prefix + ConfigBinder.kebab(component.getName());
        Object value = read(component, section);
        if (value instanceof Record nested) {
          collectDecisive(nested, key + ".", settings);
        } else {
          settings.put(key, render(value));
        }
      }
    }
  }

  private static void write(
      Object section, String indent, String prefix, Config defaults, StringBuilder text) {
    for (RecordComponent component : section.getClass().getRecordComponents()) {
      String key = ConfigBinder.kebab(component.getName());
      Object value = read(component, section);
      for (String comment : defaults.getValue(prefix + key).origin().comments()) {
        text.append(indent).append('#').append(comment).append('\n');
      }
      if (value instanceof Record nested) {
        text.append(indent).append(key).append(" {\n");
        write(nested, indent + "  ", prefix + key + ".", defaults, text);
        text.append(indent).append("}\n");
      } else {
        text.append(indent).append(key).append(" = ").append(render(value)).append('\n');
      }
    }
  }

  private static Object read(RecordComponent component, Object section) {
    try {
      return component.getAccessor().invoke(section);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  private static String render(Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.map(ConfigWriter::render).orElse(ConfigBinder.AUTO);
    }
    if (value instanceof List<?> list) {
      return "[" + String.join(", ", list.stream().map(ConfigWriter::render).toList()) + "]";
    }
    if (value instanceof Enum<?>) {
      return ConfigBinder.kebab(value);
    }
    if (value instanceof Duration duration) {
      return Durations.format(duration);
    }
    return value instanceof String || value instanceof LocalDate
        ? ConfigUtil.quoteString(value.toString())
        : value.toString();
  }
}
