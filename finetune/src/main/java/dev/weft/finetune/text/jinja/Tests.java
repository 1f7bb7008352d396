package dev.weft.finetune.text.jinja;

import dev.weft.core.Text;
import java.util.List;
import java.util.Map;

/** What {@code is} can ask of a value. */
final class Tests {
  private Tests() {}

  static boolean holds(String name, Object value, List<Object> arguments) {
    return switch (name) {
      case "defined" -> value != Absent.UNDEFINED;
      case "undefined" -> value == Absent.UNDEFINED;
      case "none" -> value == Absent.NONE;
      case "string" -> value instanceof String;
      case "mapping" -> value instanceof Map;
      case "sequence" -> value instanceof String || value instanceof List || value instanceof Map;
      case "iterable" -> value instanceof String || value instanceof List || value instanceof Map;
      case "number" -> value instanceof Number || value instanceof Boolean;
      case "integer" -> value instanceof Long;
      case "float" -> value instanceof Double;
      case "boolean" -> value instanceof Boolean;
      case "callable" -> value instanceof Function;
      case "true" -> Boolean.TRUE.equals(value);
      case "false" -> Boolean.FALSE.equals(value);
      case "odd" -> value instanceof Long number && number % 2 != 0;
      case "even" -> value instanceof Long number && number % 2 == 0;
      case "equalto", "eq", "==" -> Values.equal(value, first(name, arguments));
      case "ne", "!=" -> !Values.equal(value, first(name, arguments));
      case "in" -> Values.contains(first(name, arguments), value);
      default -> throw new JinjaException(Text.format("the test %s is not known", name));
    };
  }

  private static Object first(String name, List<Object> arguments) {
    if (arguments.isEmpty()) {
      throw new JinjaException(Text.format("the test %s needs a value", name));
    }
    return arguments.get(0);
  }
}
