package dev.weft.text.jinja;

import dev.weft.core.Text;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code '%s of %d' % (value, number)} */
final class PercentFormat {
  private static final Pattern FIELD =
      Pattern.compile(
          "%(?:\\((?<name>[^)]*)\\))?(?<flags>[-+ #0]*)(?<width>\\*|\\d{1,6})?"
              + "(?:\\.(?<precision>\\*|\\d{0,4}))?[hlL]?(?<type>.)?",
          Pattern.DOTALL);

  private final Object values;
  private final Iterator<Object> positional;

  private PercentFormat(Object values) {
    this.values = values;
    this.positional = (values instanceof Tuple tuple ? tuple.items() : List.of(values)).iterator();
  }

  static String apply(String pattern, Object values) {
    PercentFormat format = new PercentFormat(values);
    StringBuilder written = new StringBuilder();
    Matcher field = FIELD.matcher(pattern);
    int from = 0;
    while (field.find()) {
      Written.append(written, pattern.substring(from, field.start()));
      Written.append(written, format.field(field));
      from = field.end();
    }
    Written.append(written, pattern.substring(from));
    if (format.positional.hasNext() && !(values instanceof Map) && !(values instanceof List)) {
      throw new JinjaException("there are more values than fields to format");
    }
    return written.toString();
  }

  private String field(Matcher field) {
    String type = field.group("type");
    if (type == null) {
      throw new JinjaException("a format ends within a field");
    }
    if (type.equals("%")) {
      return "%";
    }
    String flags = field.group("flags");
    boolean left = flags.contains("-");
    boolean zero = flags.contains("0") && !left;
    char letter = type.charAt(0);
    int width = size(field.group("width"), 0);
    int precision = size(field.group("precision"), -1);
    Object value = value(field.group("name"));
    boolean text = "sra".indexOf(letter) >= 0;
    FormatSpec spec =
        new FormatSpec(
            zero && !text ? "0" : " ",
            left ? '<' : zero && !text ? '=' : '>',
            flags.contains("+") ? '+' : flags.contains(" ") ? ' ' : '-',
            flags.contains("#"),
            width,
            (char) 0,
            precision,
            letter);
    return switch (letter) {
      case 's' -> spec.text(Written.text(value));
      case 'r', 'a' -> spec.text(Written.repr(value));
      case 'c' ->
          spec.text(value instanceof Long code ? FormatSpec.letter(code) : Written.text(value));
      case 'd', 'i', 'u' -> spec.typed('d').integer(whole(value, letter));
      case 'x', 'X', 'o' -> spec.integer(whole(value, letter));
      case 'e', 'E', 'f', 'F', 'g', 'G' -> spec.real(number(value, letter).doubleValue());
      default -> throw new JinjaException(Text.format("the format %%%c is not known", letter));
    };
  }

  private int size(String written, int otherwise) {
    if (written == null) {
      return otherwise;
    }
    return written.equals("*")
        ? (int) Values.index("a format", value(null))
        : written.isEmpty() ? 0 : Integer.parseInt(written);
  }

  private Object value(String name) {
    if (name != null) {
      if (!(values instanceof Map<?, ?> map) || !map.containsKey(name)) {
        throw new JinjaException(Text.format("there is no value %s to format", name));
      }
      return map.get(name);
    }
    if (!positional.hasNext()) {
      throw new JinjaException("there are fewer values than fields to format");
    }
    return positional.next();
  }

  private static long whole(Object value, char type) {
    return number(value, type).longValue();
  }

  private static Number number(Object value, char type) {
    if (Values.numberOrText(value) instanceof Number number) {
      return number;
    }
    throw new JinjaException(Text.format("%%%c needs a number, not %s", type, Written.repr(value)));
  }
}
