package dev.weft.text.jinja;

import dev.weft.core.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What a function, filter or test is called with, by position and by name. */
record Arguments(List<Object> positional, Map<String, Object> named) {
  static final Arguments NONE = new Arguments(List.of(), new LinkedHashMap<>());

  Arguments {
    positional = Collections.unmodifiableList(new ArrayList<>(positional));
    named = Collections.unmodifiableMap(new LinkedHashMap<>(named));
  }

  static Arguments of(Object... positional) {
    return new Arguments(List.of(positional), new LinkedHashMap<>());
  }

  /** A function that takes none. */
  static Callable none(String function, Supplier<Object> result) {
    return arguments -> {
      arguments.bind(function);
      return result.get();
    };
  }

  /** All but the first positional ones. */
  Arguments without(int first) {
    return new Arguments(
        positional.subList(Math.min(first, positional.size()), positional.size()), named);
  }

  /**
   * Gives every argument its parameter.
   *
   * @param function for messages
   * @throws JinjaException if there are too many or one has no such name
   */
  Bound bind(String function, String... parameters) {
    if (positional.size() > parameters.length) {
      throw new JinjaException(
          Text.format(
              "%s takes %d arguments at most, not %d",
              function, parameters.length, positional.size()));
    }
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < positional.size(); i++) {
      values.put(parameters[i], positional.get(i));
    }
    named.forEach(
        (name, value) -> {
          if (!List.of(parameters).contains(name) || values.put(name, value) != null) {
            throw new JinjaException(Text.format("%s cannot take the argument %s", function, name));
          }
        });
    return new Bound(function, values);
  }

  /** Values by the names of a function's parameters. */
  record Bound(String function, Map<String, Object> values) {

    boolean has(String name) {
      return values.containsKey(name);
    }

    Object or(String name, Object otherwise) {
      return values.getOrDefault(name, otherwise);
    }

    /** Empty for {@code None} too. */
    Optional<Object> find(String name) {
      return Optional.ofNullable(values.get(name)).filter(value -> value != None.NONE);
    }

    Object required(String name) {
      if (!has(name)) {
        throw new JinjaException(Text.format("%s needs the argument %s", function, name));
      }
      return values.get(name);
    }

    boolean isTrue(String name) {
      return has(name) && Values.isTrue(values.get(name));
    }

    /** A text, as which {@code str} writes whatever was given. */
    String text(String name, String otherwise) {
      return has(name) ? Written.text(values.get(name)) : otherwise;
    }

    long number(String name, long otherwise) {
      return has(name) ? Values.index(function, values.get(name)) : otherwise;
    }
  }
}
