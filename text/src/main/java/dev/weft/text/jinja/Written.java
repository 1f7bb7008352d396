package dev.weft.text.jinja;

import dev.weft.core.Text;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How Python writes values. */
final class Written {
  /** Longest text a template may make, in characters. */
  private static final int LONGEST = 1 << 22;

  /** Digits that tell any two doubles apart. */
  private static final int MOST_DIGITS = 17;

  private static final int PLAIN_FROM = -4;
  private static final int PLAIN_TO = 16;

  private Written() {}

  /** As {@code str} writes it; what is undefined is nothing. */
  static String text(Object value) {
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof Markup markup) {
      return markup.text();
    }
    return value instanceof Undefined ? "" : repr(value);
  }

  static String repr(Object value) {
    if (value instanceof String text) {
      return quoted(text);
    }
    if (value instanceof Markup markup) {
      return "Markup(" + quoted(markup.text()) + ")";
    }
    if (value instanceof Boolean truth) {
      return truth ? "True" : "False";
    }
    if (value instanceof Double real) {
      return real(real);
    }
    if (value instanceof List<?> list) {
      return "[" + all(list) + "]";
    }
    if (value instanceof Tuple tuple) {
      return "(" + all(tuple.items()) + (tuple.items().size() == 1 ? ",)" : ")");
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> repr(entry.getKey()) + ": " + repr(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (value instanceof View view) {
      return view.name() + "([" + all(view.items()) + "])";
    }
    if (value instanceof Range range) {
      return Text.format("range(%d, %d", range.from(), range.to())
          + (range.step() == 1 ? ")" : Text.format(", %d)", range.step()));
    }
    if (value == None.NONE) {
      return "None";
    }
    if (value instanceof Generated) {
      throw new JinjaException("a generator is written; pass it through the filter list");
    }
    return value instanceof Undefined ? "Undefined" : value.toString();
  }

  private static String all(List<?> items) {
    return items.stream().map(Written::repr).collect(Collectors.joining(", "));
  }

  private static String quoted(String text) {
    char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
    StringBuilder quoted = new StringBuilder().append(quote);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                  if (c == quote) {
                    quoted.append('\\').append(quote);
                  } else if (isPrintable(c)) {
                    quoted.appendCodePoint(c);
                  } else {
                    quoted.append(escaped(c));
                  }
                }
              }
            });
    return quoted.append(quote).toString();
  }

  private static String escaped(int c) {
    if (c < 0x100) {
      return Text.format("\\x%02x", c);
    }
    return c < 0x10000 ? Text.format("\\u%04x", c) : Text.format("\\U%08x", c);
  }

  static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }

  /** The shortest digits that are read as the same number; not Java's, which differ by version. */
  static String real(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal shortest = shortest(value).stripTrailingZeros();
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= PLAIN_FROM && exponent < PLAIN_TO) {
      String plain = shortest.toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String digits = shortest.unscaledValue().abs().toString();
    return (value < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + (exponent < 0 ? "e-" : "e+")
        + Text.format("%02d", Math.abs(exponent));
  }

  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    for (int digits = 1; digits < MOST_DIGITS; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits));
      if (rounded.doubleValue() == value) {
        return rounded;
      }
    }
    return exact.round(new MathContext(MOST_DIGITS));
  }

  static String joined(String left, String right) {
    requireLength((long) left.length() + right.length());
    return left + right;
  }

  static String repeated(String text, long times) {
    if (text.isEmpty() || times <= 0) {
      return "";
    }
    requireLength(times > LONGEST ? times : text.length() * times);
    return text.repeat((int) times);
  }

  /** Adds to what a template writes. */
  static void append(StringBuilder output, String text) {
    requireLength((long) output.length() + text.length());
    output.append(text);
  }

  private static void requireLength(long characters) {
    if (characters > LONGEST) {
      throw new JinjaException("a text grows too long");
    }
  }
}
