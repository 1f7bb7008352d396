package dev.weft.text.jinja;

import dev.weft.core.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Python's {@code dict}, which keeps the order in which keys came. */
final class Maps {
  /** Whole numbers below are exact as doubles. */
  private static final double EXACT = 1L << 53;

  private Maps() {}

  /**
   * As this mapping holds a key: equal numbers are one key, written as the first of them was, and
   * truth values count as numbers.
   */
  static Object key(Map<?, ?> map, Object key) {
    if (key instanceof List || key instanceof Map) {
      throw new JinjaException(Text.format("a %s cannot be a key", Values.type(key)));
    }
    Object number = Values.numberOrText(key);
    if (number instanceof Double real && real == Math.rint(real) && Math.abs(real) < EXACT) {
      number = real.longValue();
    }
    if (number instanceof Long whole && (whole == 0 || whole == 1)) {
      for (Object form : List.of(number, whole == 1, whole.doubleValue())) {
        if (map.containsKey(form)) {
          return form;
        }
      }
      return key instanceof Boolean ? key : number;
    }
    return number;
  }

  static void put(Map<Object, Object> map, Object key, Object value) {
    map.put(key(map, key), value);
  }

  /** {@code dict(mapping or pairs, name=value, …)} */
  static Map<Object, Object> of(Arguments arguments) {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (Object given : arguments.positional()) {
      if (given instanceof Map<?, ?> entries) {
        map.putAll(entries);
      } else {
        for (Object pair : Values.items(given)) {
          List<Object> entry = Values.items(pair);
          if (entry.size() != 2) {
            throw new JinjaException("dict() needs pairs of key and value");
          }
          put(map, entry.get(0), entry.get(1));
        }
      }
    }
    map.putAll(arguments.named());
    return map;
  }

  /** Keys with their values. */
  static List<Object> pairs(Map<?, ?> map) {
    List<Object> pairs = new ArrayList<>();
    map.forEach((key, value) -> pairs.add(Tuple.of(key, value)));
    return pairs;
  }

  static Optional<Callable> method(Map<?, ?> map, String name) {
    return Optional.ofNullable(
        switch (name) {
          case "items" -> Arguments.none(name, () -> new View("dict_items", pairs(map)));
          case "keys" ->
              Arguments.none(name, () -> new View("dict_keys", new ArrayList<>(map.keySet())));
          case "values" ->
              Arguments.none(name, () -> new View("dict_values", new ArrayList<>(map.values())));
          case "get" -> arguments -> get(map, arguments.bind("get", "key", "default"));
          case "copy" -> Arguments.none(name, () -> Collections.unmodifiableMap(map));
          default -> null;
        });
  }

  private static Object get(Map<?, ?> map, Arguments.Bound bound) {
    Object value = map.get(key(map, bound.required("key")));
    return value != null ? value : bound.or("default", None.NONE);
  }
}
