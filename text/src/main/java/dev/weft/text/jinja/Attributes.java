package dev.weft.text.jinja;

import dev.weft.core.Text;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What {@code value.name} and {@code value[index]} are. */
final class Attributes {
  /** Methods that would change a value, which the sandbox forbids. */
  private static final Set<String> CHANGING =
      Set.of(
          "append",
          "clear",
          "extend",
          "insert",
          "pop",
          "popitem",
          "remove",
          "reverse",
          "setdefault",
          "sort",
          "update");

  private Attributes() {}

  /** {@code value.name}: an attribute before a key. */
  static Object attribute(Object value, String name) {
    return own(value, name)
        .or(() -> element(value, name))
        .orElseGet(() -> Undefined.item(value, name));
  }

  /** {@code value[index]}: by position, from the end if negative, or by key; then an attribute. */
  static Object item(Object value, Object index) {
    Optional<Object> element = element(value, index);
    if (element.isEmpty() && index instanceof String name) {
      element = own(value, name);
    }
    return element.orElseGet(() -> Undefined.item(value, index));
  }

  private static Optional<Object> own(Object value, String name) {
    if (value instanceof Undefined undefined) {
      throw undefined.complaint();
    }
    if (name.startsWith("_")) {
      return Optional.empty();
    }
    if ((value instanceof Map || value instanceof List) && CHANGING.contains(name)) {
      return Optional.of(
          Undefined.because(Text.format("%s would change a value, which templates may not", name)));
    }
    if (value instanceof WithAttributes owner) {
      Optional<Object> attribute = owner.attribute(name);
      if (attribute.isPresent()) {
        return attribute;
      }
    }
    Optional<Callable> method =
        switch (Values.type(value)) {
          case "str", "Markup" -> TextMethods.find(Written.text(value), name);
          case "dict" -> Maps.method((Map<?, ?>) value, name);
          case "list", "Tuple" -> listMethod(Values.items(value), name);
          case "float" ->
              name.equals("is_integer")
                  ? Optional.of(none -> (Double) value == Math.rint((Double) value))
                  : Optional.empty();
          default -> Optional.empty();
        };
    return method.map(Object.class::cast);
  }

  private static Optional<Callable> listMethod(List<Object> items, String name) {
    return switch (name) {
      case "index" ->
          Optional.of(
              arguments -> {
                Object wanted = arguments.bind("index", "value").required("value");
                for (int i = 0; i < items.size(); i++) {
                  if (Values.equal(items.get(i), wanted)) {
                    return (long) i;
                  }
                }
                throw new JinjaException(Written.repr(wanted) + " is not in the list");
              });
      case "count" ->
          Optional.of(
              arguments -> {
                Object wanted = arguments.bind("count", "value").required("value");
                return items.stream().filter(item -> Values.equal(item, wanted)).count();
              });
      case "copy" -> Optional.of(Arguments.none(name, () -> items));
      default -> Optional.empty();
    };
  }

  private static Optional<Object> element(Object value, Object index) {
    if (value instanceof Undefined undefined) {
      throw undefined.complaint();
    }
    if (value instanceof Map<?, ?> map) {
      return index instanceof List || index instanceof Map
          ? Optional.empty()
          : Optional.ofNullable(map.get(Maps.key(map, index)));
    }
    if (Values.isSequence(value) && Values.numberOrText(index) instanceof Long position) {
      List<Object> items = Values.items(value);
      long at = position < 0 ? position + items.size() : position;
      return at >= 0 && at < items.size() ? Optional.of(items.get((int) at)) : Optional.empty();
    }
    return Optional.empty();
  }
}
