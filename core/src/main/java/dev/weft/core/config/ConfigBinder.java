package dev.weft.core.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Fills configuration records from HOCON: component {@code maxTokens} from key {@code max-tokens},
 * records from sections, {@code Optional} from a value or {@code auto}. The records check
 * themselves; their complaint is printed with the place of the value. The configuration is
 * complete: every key the user left out comes from the defaults.
 */
final class ConfigBinder {
  static final String AUTO = "auto";

  private ConfigBinder() {}

  static <T> T bind(Class<T> type, Config config) {
    return bind(type, config, "");
  }

  private static <T> T bind(Class<T> type, Config section, String prefix) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      values[i] = value(components[i], section, prefix);
    }
    try {
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      Constructor<T> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Check.Broken broken) {
        throw badValue(section, broken.key(), prefix + broken.getMessage(), broken);
      }
      throw new IllegalStateException("cannot construct " + type, e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot construct " + type, e);
    }
  }

  private static Object value(RecordComponent component, Config section, String prefix) {
    String key = kebab(component.getName());
    try {
      if (component.getType().isRecord()) {
        return bind(component.getType(), section.getConfig(key), prefix + key + ".");
      }
      return setting(component.getGenericType(), section, key);
    } catch (ConfigException e) {
      String complaint =
          Text.format(
              "%s%s needs %s, got %s",
              prefix,
              key,
              e instanceof OutOfRange range
                  ? range.getMessage()
                  : describe(component.getGenericType()),
              section.root().get(key).render(ConfigRenderOptions.concise()));
      throw badValue(section, key, complaint, e);
    }
  }

  private static WeftException badValue(
      Config section, String key, String complaint, Exception cause) {
    return new WeftException(
        Problem.BAD_VALUE, Place.of(section.root().get(key).origin()) + ": " + complaint, cause);
  }

  private static Object setting(Type type, Config section, String key) {
    if (type instanceof ParameterizedType parameterized) {
      Type element = parameterized.getActualTypeArguments()[0];
      if (parameterized.getRawType() == List.class) {
        return section.getList(key).stream()
            .map(item -> setting(element, item.atKey(key), key))
            .toList();
      }
      return AUTO.equals(section.getValue(key).unwrapped())
          ? Optional.empty()
          : Optional.of(setting(element, section, key));
    }
    if (type instanceof Class<?> enumType && enumType.isEnum()) {
      return constant(enumType, section, key);
    }
    if (type == int.class || type == Integer.class) {
      return (int) wholeNumber(section, key, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    if (type == long.class || type == Long.class) {
      return wholeNumber(section, key, Long.MIN_VALUE, Long.MAX_VALUE);
    }
    if (type == double.class || type == Double.class) {
      return section.getDouble(key);
    }
    if (type == boolean.class) {
      return section.getBoolean(key);
    }
    if (type == Duration.class) {
      return duration(section, key);
    }
    if (type == LocalDate.class) {
      return date(section, key);
    }
    if (type == MemorySize.class) {
      return memorySize(section, key);
    }
    return section.getString(key);
  }

  private static LocalDate date(Config section, String key) {
    try {
      return LocalDate.parse(section.getString(key));
    } catch (DateTimeParseException e) {
      throw new ConfigException.BadValue(key, "no date", e);
    }
  }

  private static Object constant(Class<?> type, Config section, String key) {
    String text = section.getString(key);
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> kebab(constant).equals(text))
        .findFirst()
        .orElseThrow(() -> new ConfigException.BadValue(key, "no such constant"));
  }

  /** Exact, where {@link Config#getInt} would cut 3.5 to 3. */
  private static long wholeNumber(Config section, String key, long least, long most) {
    try {
      long number = new BigDecimal(section.getString(key)).longValueExact();
      if (number >= least && number <= most) {
        return number;
      }
      throw new OutOfRange(least, most);
    } catch (ArithmeticException e) {
      throw isWhole(section.getString(key))
          ? new OutOfRange(least, most)
          : new ConfigException.BadValue(key, "no whole number", e);
    } catch (NumberFormatException e) {
      throw new ConfigException.BadValue(key, "no whole number", e);
    }
  }

  private static boolean isWhole(String number) {
    return number.strip().matches("[+-]?\\d+");
  }

  /** A whole number that is larger or smaller than there is room for. */
  private static final class OutOfRange extends ConfigException {
    private static final long serialVersionUID = 1L;

    OutOfRange(long least, long most) {
      super(Text.format("a whole number from %d to %d", least, most));
    }
  }

  /** With its unit, where {@link Config#getDuration} would take 30 as milliseconds. */
  private static Duration duration(Config section, String key) {
    if (!section.getString(key).matches(".*[a-z]\\s*")) {
      throw new ConfigException.BadValue(key, "no unit");
    }
    return section.getDuration(key);
  }

  /** With its unit, where {@link Config#getMemorySize} would take 30 as bytes. */
  private static MemorySize memorySize(Config section, String key) {
    if (!section.getString(key).matches(".*[a-zA-Z]\\s*")) {
      throw new ConfigException.BadValue(key, "no unit");
    }
    long bytes = section.getMemorySize(key).toBytes();
    if (bytes < 1) {
      throw new ConfigException.BadValue(key, "no memory");
    }
    return new MemorySize(bytes);
  }

  /** The kind of value a component takes, as the end of "needs …". */
  static String describe(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      Type element = parameterized.getActualTypeArguments()[0];
      return parameterized.getRawType() == List.class
          ? "a list in brackets of " + (element == Integer.class ? "whole numbers" : "names")
          : describe(element) + " or auto";
    }
    if (type instanceof Class<?> enumType && enumType.isEnum()) {
      return "one of "
          + String.join(
              ", ", Arrays.stream(enumType.getEnumConstants()).map(ConfigBinder::kebab).toList());
    }
    if (type == MemorySize.class) {
      return "a size with its unit, such as 4 GB";
    }
    if (type instanceof Class<?> sectionType && sectionType.isRecord()) {
      return "a section in braces";
    }
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "a whole number";
    }
    if (type == double.class || type == Double.class) {
      return "a number";
    }
    if (type == boolean.class) {
      return "true or false";
    }
    if (type == LocalDate.class) {
      return "a date such as 2025-01-31";
    }
    return type == Duration.class ? "a duration with its unit, such as 30s" : "text";
  }

  /** {@code maxTokens} and {@code NF4_DOUBLE} as users write them. */
  static String kebab(Object name) {
    return name.toString().matches("[A-Z0-9_]+")
        ? name.toString().toLowerCase(Locale.ROOT).replace('_', '-')
        : name.toString().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
