package dev.weft.text.jinja;

import dev.weft.core.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What Python asks of any value: whether it is true, what it holds, whether it equals or precedes
 * another. A value is a String, Long, Double, Boolean, List, Map, {@link None}, {@link Undefined},
 * {@link Tuple}, {@link View}, {@link Range}, {@link Generated}, {@link Markup}, or something that
 * has {@link WithAttributes attributes} or can be {@link Callable called}.
 */
final class Values {
  private static final int MOST_ITEMS = 1 << 20;

  private Values() {}

  static boolean isTrue(Object value) {
    if (value instanceof Boolean truth) {
      return truth;
    }
    if (value instanceof Number number) {
      return number.doubleValue() != 0;
    }
    if (value == None.NONE || value instanceof Undefined) {
      return false;
    }
    return !hasLength(value) || length(value) > 0;
  }

  /** The name of a value's type in Python. */
  static String type(Object value) {
    if (value instanceof String) {
      return "str";
    }
    if (value instanceof Long) {
      return "int";
    }
    if (value instanceof Double) {
      return "float";
    }
    if (value instanceof Boolean) {
      return "bool";
    }
    if (value instanceof List) {
      return "list";
    }
    if (value instanceof Map) {
      return "dict";
    }
    if (value instanceof View view) {
      return view.name();
    }
    return value == None.NONE
        ? "NoneType"
        : value instanceof Generated ? "generator" : value.getClass().getSimpleName();
  }

  static boolean isSequence(Object value) {
    return value instanceof String
        || value instanceof Markup
        || value instanceof List
        || value instanceof Tuple
        || value instanceof Range;
  }

  static boolean hasLength(Object value) {
    return isSequence(value) || value instanceof Map || value instanceof View;
  }

  static long length(Object value) {
    if (value instanceof Undefined) {
      return 0;
    }
    if (!hasLength(value)) {
      throw new JinjaException(Text.format("a value of type %s has no length", type(value)));
    }
    return value instanceof String text
        ? text.codePointCount(0, text.length())
        : items(value).size();
  }

  static boolean isIterable(Object value) {
    return hasLength(value) || value instanceof Generated || value instanceof Undefined;
  }

  /**
   * The values that a loop goes over: those of a list, the keys of a map, the letters of a text.
   */
  static List<Object> items(Object value) {
    if (value instanceof List<?> list) {
      return Collections.unmodifiableList(list);
    }
    if (value instanceof Tuple tuple) {
      return tuple.items();
    }
    if (value instanceof Map<?, ?> map) {
      return List.copyOf(map.keySet());
    }
    if (value instanceof View view) {
      return view.items();
    }
    if (value instanceof Range range) {
      return range.items();
    }
    if (value instanceof String text) {
      return text.codePoints().mapToObj(Character::toString).map(Object.class::cast).toList();
    }
    if (value instanceof Markup markup) {
      return items(markup.text());
    }
    if (value instanceof Generated generated) {
      List<Object> items = new ArrayList<>();
      for (Iterator<Object> rest = generated.items(); rest.hasNext(); ) {
        items.add(rest.next());
      }
      return items;
    }
    if (value instanceof Undefined) {
      return List.of();
    }
    throw new JinjaException(
        Text.format("%s, of type %s, has no items", Written.repr(value), type(value)));
  }

  /** Several lists as one. */
  static List<Object> joined(List<?> left, List<?> right) {
    requireSize((long) left.size() + right.size());
    List<Object> both = new ArrayList<>(left);
    both.addAll(right);
    return both;
  }

  static void requireSize(long items) {
    if (items > MOST_ITEMS) {
      throw new JinjaException("a list grows too long");
    }
  }

  static boolean equal(Object left, Object right) {
    Object a = numberOrText(left);
    Object b = numberOrText(right);
    if (a instanceof Long x && b instanceof Long y) {
      return x.equals(y);
    }
    if (a instanceof Number x && b instanceof Number y) {
      return x.doubleValue() == y.doubleValue();
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      return allEqual(x, y);
    }
    if (a instanceof Tuple x && b instanceof Tuple y) {
      return allEqual(x.items(), y.items());
    }
    if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
      return x.size() == y.size()
          && x.entrySet().stream()
              .allMatch(
                  entry ->
                      y.containsKey(Maps.key(y, entry.getKey()))
                          && equal(entry.getValue(), y.get(Maps.key(y, entry.getKey()))));
    }
    return a.equals(b);
  }

  private static boolean allEqual(List<?> left, List<?> right) {
    if (left.size() != right.size()) {
      return false;
    }
    for (int i = 0; i < left.size(); i++) {
      if (!equal(left.get(i), right.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Truth values count as 0 and 1. */
  /**
   * The text that a method or filter cannot do without.
   *
   * @param where as a complaint begins
   */
  static String string(String where, Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.complaint();
    }
    if (numberOrText(value) instanceof String text) {
      return text;
    }
    throw new JinjaException(Text.format("%s needs a text, not %s", where, Written.repr(value)));
  }

  static Object numberOrText(Object value) {
    if (value instanceof Boolean truth) {
      return truth ? 1L : 0L;
    }
    return value instanceof Markup markup ? markup.text() : value;
  }

  static boolean contains(Object container, Object value) {
    if (numberOrText(container) instanceof String text) {
      if (numberOrText(value) instanceof String part) {
        return text.contains(part);
      }
      throw new JinjaException(Text.format("a text can hold a text, not %s", Written.repr(value)));
    }
    if (container instanceof Map<?, ?> map) {
      return map.containsKey(Maps.key(map, value));
    }
    return items(container).stream().anyMatch(item -> equal(item, value));
  }

  static int compare(Object left, Object right) {
    Object a = numberOrText(left);
    Object b = numberOrText(right);
    if (a instanceof Long x && b instanceof Long y) {
      return Long.compare(x, y);
    }
    if (a instanceof Number x && b instanceof Number y) {
      return Double.compare(x.doubleValue(), y.doubleValue());
    }
    if (a instanceof String x && b instanceof String y) {
      return compareLetters(x, y);
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      return compareAll(x, y);
    }
    if (a instanceof Tuple x && b instanceof Tuple y) {
      return compareAll(x.items(), y.items());
    }
    throw unfit("compared", left, right);
  }

  private static int compareLetters(String left, String right) {
    int[] a = left.codePoints().toArray();
    int[] b = right.codePoints().toArray();
    return Arrays.compare(a, b);
  }

  private static int compareAll(List<?> left, List<?> right) {
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      if (!equal(left.get(i), right.get(i))) {
        return compare(left.get(i), right.get(i));
      }
    }
    return Integer.compare(left.size(), right.size());
  }

  /** {@code value[from:to:step]}, each of which may be {@code None}. */
  static Object slice(Object value, Object from, Object to, Object step) {
    if (value instanceof Undefined undefined) {
      throw undefined.complaint();
    }
    if (!isSequence(value)) {
      throw new JinjaException(Text.format("a %s cannot be sliced", type(value)));
    }
    List<Object> items = items(value);
    int size = items.size();
    long stride = step == None.NONE ? 1 : index("a slice", step);
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
    if (value instanceof Tuple) {
      return Tuple.of(slice);
    }
    return value instanceof List || value instanceof Range
        ? slice
        : slice.stream().map(Object::toString).collect(Collectors.joining());
  }

  private static long bound(Object given, long otherwise, int size, long first, long last) {
    if (given == None.NONE) {
      return otherwise;
    }
    long index = index("a slice", given);
    return Math.max(first, Math.min(last, index < 0 ? index + size : index));
  }

  /** A whole number. */
  static long index(String where, Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.complaint();
    }
    if (numberOrText(value) instanceof Long number) {
      return number;
    }
    throw new JinjaException(
        Text.format("%s needs a whole number, not %s", where, Written.repr(value)));
  }

  static JinjaException unfit(String how, Object left, Object right) {
    for (Object value : List.of(left, right)) {
      if (value instanceof Undefined undefined) {
        return undefined.complaint();
      }
    }
    return new JinjaException(
        Text.format("%s and %s cannot be %s", Written.repr(left), Written.repr(right), how));
  }
}
