package dev.weft.text.jinja;

import dev.weft.core.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes values as Python's {@code json.dumps} does.
 *
 * @param asciiOnly whether all other letters are escaped
 * @param indent of a level, empty with line breaks alone; null for one line
 * @param between what separates items
 * @param afterKey what separates key and value
 * @param sorted whether keys are put in order
 */
record Json(boolean asciiOnly, String indent, String between, String afterKey, boolean sorted) {
  private static final int MOST_INDENT = 80;

  /** With the parameters of transformers' filter {@code tojson}. */
  static Json of(Arguments.Bound bound) {
    String indent = bound.find("indent").map(Json::indent).orElse(null);
    List<Object> separators =
        bound
            .find("separators")
            .map(Values::items)
            .orElse(List.of(indent == null ? ", " : ",", ": "));
    if (separators.size() != 2) {
      throw new JinjaException("tojson needs two separators");
    }
    return new Json(
        bound.isTrue("ensure_ascii"),
        indent,
        Written.text(separators.get(0)),
        Written.text(separators.get(1)),
        bound.isTrue("sort_keys"));
  }

  private static String indent(Object given) {
    return Values.numberOrText(given) instanceof Long width
        ? " ".repeat((int) Math.max(0, Math.min(width, MOST_INDENT)))
        : Written.text(given);
  }

  String write(Object value) {
    StringBuilder written = new StringBuilder();
    write(value, "\n", written);
    return written.toString();
  }

  private void write(Object value, String line, StringBuilder out) {
    Object plain = value instanceof Markup markup ? markup.text() : value;
    if (plain instanceof String text) {
      Written.append(out, quoted(text));
    } else if (plain instanceof Map<?, ?> map) {
      entries(map, line, out);
    } else if (plain instanceof List || plain instanceof Tuple) {
      items(Values.items(plain), line, out);
    } else {
      Written.append(out, scalar(plain));
    }
  }

  private static String scalar(Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.complaint();
    }
    if (value == None.NONE) {
      return "null";
    }
    if (value instanceof Boolean || value instanceof Long) {
      return value.toString();
    }
    if (value instanceof Double real) {
      if (Double.isNaN(real)) {
        return "NaN";
      }
      return Double.isInfinite(real) ? (real > 0 ? "Infinity" : "-Infinity") : Written.real(real);
    }
    throw new JinjaException(Text.format("a %s cannot be written as JSON", Values.type(value)));
  }

  private void entries(Map<?, ?> map, String line, StringBuilder out) {
    List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
    if (sorted) {
      entries.sort((a, b) -> Values.compare(a.getKey(), b.getKey()));
    }
    String inner = indent == null ? "" : line + indent;
    String before = "";
    Written.append(out, "{");
    for (Map.Entry<?, ?> entry : entries) {
      Object key = entry.getKey();
      Written.append(out, before + inner);
      Written.append(out, quoted(key instanceof String text ? text : scalar(key)));
      Written.append(out, afterKey);
      write(entry.getValue(), inner, out);
      before = between;
    }
    Written.append(out, indent == null || map.isEmpty() ? "}" : line + "}");
  }

  private void items(List<Object> items, String line, StringBuilder out) {
    String inner = indent == null ? "" : line + indent;
    String before = "";
    Written.append(out, "[");
    for (Object item : items) {
      Written.append(out, before + inner);
      write(item, inner, out);
      before = between;
    }
    Written.append(out, indent == null || items.isEmpty() ? "]" : line + "]");
  }

  private String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        case '\f' -> quoted.append("\\f");
        case '\b' -> quoted.append("\\b");
        default ->
            quoted.append(
                c < ' ' || (asciiOnly && c > '~')
                    ? Text.format("\\u%04x", (int) c)
                    : Character.toString(c));
      }
    }
    return quoted.append('"').toString();
  }
}
