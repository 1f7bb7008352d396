package dev.weft.text.jinja;

import dev.weft.core.Text;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What can stand behind a {@code |}: the filters of jinja2, and {@code tojson} as transformers has
 * it. Those that draw at random or only make web pages are refused.
 */
final class Filters {
  private static final List<String> UNFIT = List.of("random", "pprint", "urlize");

  /** A filter of some kind; empty if there is none of that name. */
  @FunctionalInterface
  private interface Kind {
    Optional<Filter> find(String name);
  }

  private static final List<Kind> KINDS =
      List.of(TextFilters::find, NumberFilters::find, ItemFilters::find, Filters::any);

  private Filters() {}

  static boolean isKnown(String name) {
    return find(name).isPresent();
  }

  static Object apply(String name, Object value, Arguments arguments) {
    return find(name).orElseThrow(() -> unknown(name)).apply(value, arguments);
  }

  private static Optional<Filter> find(String name) {
    return KINDS.stream().flatMap(kind -> kind.find(name).stream()).findFirst();
  }

  private static JinjaException unknown(String name) {
    return new JinjaException(
        Text.format(
            UNFIT.contains(name)
                ? "the filter %s has no place in a chat template"
                : "the filter %s is not known",
            name));
  }

  /** For values of any type. */
  private static Optional<Filter> any(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "default", "d" ->
              (value, arguments) -> {
                Arguments.Bound bound = arguments.bind(name, "default_value", "boolean");
                boolean absent =
                    value instanceof Undefined
                        || (bound.isTrue("boolean") && !Values.isTrue(value));
                return absent ? bound.or("default_value", "") : value;
              };
          case "tojson" ->
              (value, arguments) ->
                  Json.of(arguments.bind(name, "ensure_ascii", "indent", "separators", "sort_keys"))
                      .write(value);
          case "attr" ->
              (value, arguments) -> {
                String attribute = arguments.bind(name, "name").text("name", "");
                Object found = Attributes.attribute(value, attribute);
                boolean key = value instanceof Map<?, ?> map && map.get(attribute) == found;
                return key ? Undefined.item(value, attribute) : found;
              };
          default -> null;
        });
  }

  /** The value behind a path such as {@code address.0.city}. */
  static Object attribute(Object item, Object path, Object otherwise) {
    Object value = item;
    for (Object step : steps(path)) {
      value = Attributes.item(value, step);
      value = value instanceof Undefined && otherwise != None.NONE ? otherwise : value;
    }
    return value;
  }

  private static List<Object> steps(Object path) {
    if (path == None.NONE) {
      return List.of();
    }
    if (!(path instanceof String text)) {
      return List.of(path);
    }
    return Stream.of(text.split("\\.", -1))
        .map(step -> step.matches("\\d{1,9}") ? (Object) Long.valueOf(step) : step)
        .toList();
  }
}
