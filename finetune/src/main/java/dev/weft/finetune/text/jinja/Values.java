package dev.weft.finetune.text.jinja;

import dev.weft.core.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What operators do with values, as Python does. A value is a String, Long, Double, Boolean, List,
 * Map, {@link Function} or {@link Absent}.
 */
final class Values {
  /** Longest text a template may make, in characters. */
  private static final int LONGEST = 1 << 22;

  private static final int MOST_ITEMS = 1 << 20;

  private Values() {}

  static boolean isTrue(Object value) {
    if (value instanceof Boolean truth) {
      return truth;
    }
    if (value instanceof Number number) {
      return number.doubleValue() != 0;
    }
    if (value instanceof String text) {
      return !text.isEmpty();
    }
    if (value instanceof List<?> list) {
      return !list.isEmpty();
    }
    if (value instanceof Map<?, ?> map) {
      return !map.isEmpty();
    }
    return !(value instanceof Absent);
  }

  /** As {@code str} writes it; what is undefined is nothing. */
  static String text(Object value) {
    if (value instanceof String text) {
      return text;
    }
    return value == Absent.UNDEFINED ? "" : written(value);
  }

  /** As {@code repr} writes it. */
  private static String written(Object value) {
    if (value instanceof String text) {
      String quote = text.contains("'") && !text.contains("\"") ? "\"" : "'";
      String escaped = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t");
      return quote + (quote.equals("'") ? escaped.replace("'", "\\'") : escaped) + quote;
    }
    if (value instanceof Boolean truth) {
      return truth ? "True" : "False";
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Values::written).collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> written(entry.getKey()) + ": " + written(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    return value == Absent.NONE ? "None" : value.toString();
  }

  /**
   * The values that a loop goes over: those of a list, the keys of a map, the letters of a text.
   */
  static List<Object> items(Object value) {
    if (value instanceof List<?> list) {
      return List.copyOf(list);
    }
    if (value instanceof Map<?, ?> map) {
      return List.copyOf(map.keySet());
    }
    if (value instanceof String text) {
      return text.codePoints().mapToObj(Character::toString).map(Object.class::cast).toList();
    }
    if (value == Absent.UNDEFINED) {
      return List.of();
    }
    throw new JinjaException(Text.format("%s has no items", written(value)));
  }

  static boolean equal(Object left, Object right) {
    if (left instanceof Number a && right instanceof Number b) {
      return a.doubleValue() == b.doubleValue();
    }
    return left.equals(right);
  }

  static boolean contains(Object container, Object value) {
    if (container instanceof String text) {
      return value instanceof String part && text.contains(part);
    }
    return items(container).stream().anyMatch(item -> equal(item, value));
  }

  static int compare(Object left, Object right) {
    if (left instanceof Number a && right instanceof Number b) {
      return Double.compare(a.doubleValue(), b.doubleValue());
    }
    if (left instanceof String a && right instanceof String b) {
      return a.compareTo(b);
    }
    throw unfit("compared", left, right);
  }

  static Object arithmetic(String sign, Object left, Object right) {
    if (sign.equals("~")) {
      return joined(text(left), text(right));
    }
    if (sign.equals("+") && left instanceof String a && right instanceof String b) {
      return joined(a, b);
    }
    if (sign.equals("+") && left instanceof List<?> a && right instanceof List<?> b) {
      if (a.size() + b.size() > MOST_ITEMS) {
        throw new JinjaException("a list grows too long");
      }
      List<Object> both = new ArrayList<>(a);
      both.addAll(b);
      return both;
    }
    if (left instanceof Long a && right instanceof Long b && !sign.equals("/")) {
      return integer(sign, a, b);
    }
    if (left instanceof Number a && right instanceof Number b) {
      return real(sign, a.doubleValue(), b.doubleValue());
    }
    throw unfit("joined by " + sign, left, right);
  }

  private static Object integer(String sign, long a, long b) {
    if (b == 0 && !"+-*".contains(sign)) {
      throw new JinjaException("a number is divided by zero");
    }
    return switch (sign) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "//" -> Math.floorDiv(a, b);
      case "%" -> Math.floorMod(a, b);
      default -> throw new JinjaException("the operator " + sign + " is not known");
    };
  }

  private static Object real(String sign, double a, double b) {
    return switch (sign) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / b;
      case "//" -> Math.floor(a / b);
      default -> throw new JinjaException("the operator " + sign + " is not known for fractions");
    };
  }

  static String joined(String left, String right) {
    if (left.length() + right.length() > LONGEST) {
      throw new JinjaException("a text grows too long");
    }
    return left + right;
  }

  /** Adds to what a template writes. */
  static void append(StringBuilder output, String text) {
    if (output.length() + text.length() > LONGEST) {
      throw new JinjaException("the text grows too long");
    }
    output.append(text);
  }

  /** {@code value[index]}: by position, from the end if negative, or by key. */
  static Object item(Object value, Object index) {
    if (value instanceof Map<?, ?> map) {
      Object found = map.get(index);
      return found == null ? Absent.UNDEFINED : found;
    }
    if (index instanceof Long position && (value instanceof List<?> || value instanceof String)) {
      List<Object> items = items(value);
      long at = position < 0 ? position + items.size() : position;
      return at >= 0 && at < items.size() ? items.get((int) at) : Absent.UNDEFINED;
    }
    if (value == Absent.UNDEFINED) {
      throw new JinjaException(Text.format("%s is asked of something undefined", written(index)));
    }
    return Absent.UNDEFINED;
  }

  /** {@code value[from:to:step]}, each of which may be absent. */
  static Object slice(Object value, Object from, Object to, Object step) {
    List<Object> items = items(value);
    int size = items.size();
    long stride = step instanceof Long given ? given : 1;
    if (stride == 0) {
      throw new JinjaException("a slice goes by steps of 0");
    }
    long first = stride > 0 ? 0 : -1;
    long last = stride > 0 ? size : size - 1L;
    long start = bound(from, stride > 0 ? 0 : size - 1L, size, first, last);
    long stop = bound(to, stride > 0 ? size : -1, size, first, last);
    List<Object> slice = new ArrayList<>();
    for (long i = start; stride > 0 ? i < stop : i > stop; i += stride) {
      slice.add(items.get((int) i));
    }
    return value instanceof String
        ? slice.stream().map(Object::toString).collect(Collectors.joining())
        : slice;
  }

  private static long bound(Object given, long otherwise, int size, long first, long last) {
    if (!(given instanceof Long index)) {
      return otherwise;
    }
    return Math.max(first, Math.min(last, index < 0 ? index + size : index));
  }

  private static JinjaException unfit(String how, Object left, Object right) {
    return new JinjaException(
        Text.format("%s and %s cannot be %s", written(left), written(right), how));
  }
}
