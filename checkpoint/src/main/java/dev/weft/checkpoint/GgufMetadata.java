package dev.weft.checkpoint;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The key-value part of a GGUF file. Integers of every width are {@code Long} (unsigned 64-bit ones
 * keep their bits), floats {@code Double}.
 *
 * <p>Each accessor gives nothing for a key that is absent and refuses, in one sentence, a value of
 * another type.
 *
 * @param source the file, for messages
 * @param values in file order
 */
public record GgufMetadata(String source, Map<String, Object> values) {

  public GgufMetadata {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  public Optional<String> text(String key) {
    return value(key, String.class, "text");
  }

  /** A text of one line, fit for messages. */
  Optional<String> name(String key) {
    Optional<String> name = text(key);
    if (name.isPresent() && !PlainName.isPlain(name.get())) {
      throw bad(Text.format("metadata %s is no plain text", key));
    }
    return name;
  }

  public Optional<Boolean> flag(String key) {
    return value(key, Boolean.class, "true or false");
  }

  public OptionalLong integer(String key) {
    Optional<Long> value = value(key, Long.class, "a whole number");
    return value.isPresent() ? OptionalLong.of(value.get()) : OptionalLong.empty();
  }

  /** A number of any type. */
  public OptionalDouble number(String key) {
    Optional<Number> value = value(key, Number.class, "a number");
    return value.isPresent()
        ? OptionalDouble.of(value.get().doubleValue())
        : OptionalDouble.empty();
  }

  public List<String> texts(String key) {
    return list(key).stream().map(item -> as(key, item, String.class, "texts")).toList();
  }

  /**
   * @throws WeftException if a value does not fit 32 bits
   */
  public int[] integers(String key) {
    return list(key).stream()
        .mapToInt(
            item -> {
              long value = as(key, item, Long.class, "whole numbers");
              if (value != (int) value) {
                throw bad(Text.format("%s holds %d, more than 32 bits", key, value));
              }
              return (int) value;
            })
        .toArray();
  }

  public float[] floats(String key) {
    List<?> list = list(key);
    float[] floats = new float[list.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = as(key, list.get(i), Number.class, "numbers").floatValue();
    }
    return floats;
  }

  WeftException bad(String what) {
    return new WeftException(
        Problem.BAD_CHECKPOINT,
        Text.format("%s: %s; fetch or convert the file again", source, what));
  }

  private List<?> list(String key) {
    return value(key, List.class, "a list").map(list -> (List<?>) list).orElse(List.of());
  }

  private <T> Optional<T> value(String key, Class<T> type, String wanted) {
    return Optional.ofNullable(values.get(key)).map(value -> as(key, value, type, wanted));
  }

  private <T> T as(String key, Object value, Class<T> type, String wanted) {
    if (!type.isInstance(value)) {
      throw bad(Text.format("metadata %s is not %s", key, wanted));
    }
    return type.cast(value);
  }
}
