package dev.weft.text.jinja;

import dev.weft.core.Text;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/** What {@code is} can ask of a value. */
final class Tests {
  private Tests() {}

  static boolean isKnown(String name) {
    return find(name).isPresent();
  }

  static boolean holds(String name, Object value, Arguments arguments) {
    return find(name)
        .orElseThrow(() -> new JinjaException(Text.format("the test %s is not known", name)))
        .test(value, arguments);
  }

  private static Optional<BiPredicate<Object, Arguments>> find(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "defined" -> (value, none) -> !(value instanceof Undefined);
          case "undefined" -> (value, none) -> value instanceof Undefined;
          case "none" -> (value, none) -> value == None.NONE;
          case "string" -> (value, none) -> value instanceof String || value instanceof Markup;
          case "mapping" -> (value, none) -> value instanceof Map;
          case "sequence" ->
              (value, none) ->
                  Values.isSequence(value) || value instanceof Map || value instanceof Undefined;
          case "iterable" -> (value, none) -> Values.isIterable(value);
          case "number" -> (value, none) -> value instanceof Number || value instanceof Boolean;
          case "integer" -> (value, none) -> value instanceof Long;
          case "float" -> (value, none) -> value instanceof Double;
          case "boolean" -> (value, none) -> value instanceof Boolean;
          case "callable" ->
              (value, none) -> value instanceof Callable || value instanceof Undefined;
          case "true" -> (value, none) -> Boolean.TRUE.equals(value);
          case "false" -> (value, none) -> Boolean.FALSE.equals(value);
          case "odd" -> (value, none) -> rest(value, 2L).equals(1L) || rest(value, 2L).equals(1.0);
          case "even" -> (value, none) -> Values.equal(rest(value, 2L), 0L);
          case "divisibleby" ->
              (value, arguments) -> Values.equal(rest(value, other(name, arguments)), 0L);
          case "lower" ->
              (value, none) ->
                  TextMethods.cased(Written.text(value), Letters.lower(Written.text(value)));
          case "upper" ->
              (value, none) ->
                  TextMethods.cased(Written.text(value), Letters.upper(Written.text(value)));
          case "escaped" -> (value, none) -> value instanceof Markup;
          case "filter" -> (value, none) -> Filters.isKnown(Written.text(value));
          case "test" -> (value, none) -> isKnown(Written.text(value));
          case "sameas" -> (value, arguments) -> isSame(value, other(name, arguments));
          case "in" -> (value, arguments) -> Values.contains(other(name, arguments), value);
          case "equalto", "eq", "==" ->
              (value, arguments) -> Values.equal(value, other(name, arguments));
          case "ne", "!=" -> (value, arguments) -> !Values.equal(value, other(name, arguments));
          case "gt", "greaterthan", ">" ->
              (value, arguments) -> Values.compare(value, other(name, arguments)) > 0;
          case "ge", ">=" ->
              (value, arguments) -> Values.compare(value, other(name, arguments)) >= 0;
          case "lt", "lessthan", "<" ->
              (value, arguments) -> Values.compare(value, other(name, arguments)) < 0;
          case "le", "<=" ->
              (value, arguments) -> Values.compare(value, other(name, arguments)) <= 0;
          default -> null;
        });
  }

  private static Object rest(Object value, Object divisor) {
    return Operators.apply("%", value, divisor);
  }

  /** One and the same value, not two that are equal; small numbers and texts are shared. */
  private static boolean isSame(Object value, Object other) {
    return value == other
        || (value.getClass() == other.getClass()
            && (value instanceof Boolean || value instanceof Long || value instanceof String)
            && value.equals(other));
  }

  private static Object other(String name, Arguments arguments) {
    if (arguments.positional().isEmpty()) {
      throw new JinjaException(Text.format("the test %s needs a value", name));
    }
    return arguments.positional().get(0);
  }
}
