package dev.weft.text.jinja;

import dev.weft.core.Text;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code '{} of {name:>5}'.format(value, name=other)} */
final class BraceFormat {
  private static final Pattern NAME = Pattern.compile("[^.\\[]*");
  private static final Pattern STEP = Pattern.compile("\\.([^.\\[]+)|\\[([^\\]]+)\\]");

  private final Arguments arguments;
  private int next;

  private BraceFormat(Arguments arguments) {
    this.arguments = arguments;
  }

  static String apply(String pattern, Arguments arguments) {
    return new BraceFormat(arguments).written(pattern);
  }

  private String written(String pattern) {
    StringBuilder written = new StringBuilder();
    int at = 0;
    while (at < pattern.length()) {
      char c = pattern.charAt(at);
      if ((c == '{' || c == '}') && pattern.startsWith(Character.toString(c), at + 1)) {
        Written.append(written, Character.toString(c));
        at += 2;
      } else if (c == '{') {
        int end = end(pattern, at);
        Written.append(written, field(pattern.substring(at + 1, end)));
        at = end + 1;
      } else if (c == '}') {
        throw new JinjaException("a format has a } without its {");
      } else {
        Written.append(written, Character.toString(c));
        at++;
      }
    }
    return written.toString();
  }

  private static int end(String pattern, int start) {
    int depth = 0;
    for (int i = start; i < pattern.length(); i++) {
      depth += pattern.charAt(i) == '{' ? 1 : pattern.charAt(i) == '}' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    throw new JinjaException("a format has a { without its }");
  }

  private String field(String field) {
    int colon = field.indexOf(':');
    String spec = colon < 0 ? "" : field.substring(colon + 1);
    String name = colon < 0 ? field : field.substring(0, colon);
    int mark = name.lastIndexOf('!');
    String conversion = mark < 0 ? "" : name.substring(mark + 1);
    Object value = value(mark < 0 ? name : name.substring(0, mark));
    String how = spec.contains("{") ? written(spec) : spec;
    return switch (conversion) {
      case "" -> formatted(value, how);
      case "s" -> FormatSpec.ofBraces(how).text(Written.text(value));
      case "r", "a" -> FormatSpec.ofBraces(how).text(Written.repr(value));
      default ->
          throw new JinjaException(Text.format("the conversion !%s is not known", conversion));
    };
  }

  private static String formatted(Object value, String how) {
    if (how.isEmpty()) {
      return Written.text(value);
    }
    FormatSpec spec = FormatSpec.ofBraces(how);
    Object plain = Values.numberOrText(value);
    if (plain instanceof Long number) {
      return spec.integer(number);
    }
    if (plain instanceof Double number) {
      return spec.real(number);
    }
    if (plain instanceof String text && (spec.type() == 0 || spec.type() == 's')) {
      return spec.text(text);
    }
    throw new JinjaException(
        Text.format("a %s cannot be formatted as \"%s\"", Values.type(value), how));
  }

  private Object value(String path) {
    Matcher name = NAME.matcher(path);
    name.lookingAt();
    Object value = argument(name.group());
    Matcher step = STEP.matcher(path);
    int at = name.end();
    while (at < path.length()) {
      if (!step.find(at) || step.start() != at) {
        throw new JinjaException(Text.format("the field {%s} cannot be read", path));
      }
      value =
          step.group(1) != null
              ? Attributes.attribute(value, step.group(1))
              : Attributes.item(value, index(step.group(2)));
      at = step.end();
    }
    return value;
  }

  private static Object index(String written) {
    return isNumber(written) ? (Object) Long.valueOf(written) : written;
  }

  private static boolean isNumber(String written) {
    return written.matches("\\d{1,9}");
  }

  private Object argument(String name) {
    List<Object> positional = arguments.positional();
    if (name.isEmpty() || isNumber(name)) {
      int index = name.isEmpty() ? next++ : Integer.parseInt(name);
      if (index >= positional.size()) {
        throw new JinjaException(Text.format("a format has a field %d and no such value", index));
      }
      return positional.get(index);
    }
    Object value = arguments.named().get(name);
    if (value == null) {
      throw new JinjaException(Text.format("there is no value %s to format", name));
    }
    return value;
  }
}
