package dev.weft.finetune.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The methods of Python's {@code str} and {@code dict} that templates use. */
final class Methods {
  private static final Pattern SPACES = Pattern.compile("\\s+");

  private Methods() {}

  /** The method's result, or empty if values of this type have no such method. */
  static Optional<Object> call(Object receiver, String method, List<Object> arguments) {
    if (receiver instanceof String text) {
      return ofText(text, method, arguments);
    }
    return receiver instanceof Map<?, ?> map ? ofMap(map, method, arguments) : Optional.empty();
  }

  private static Optional<Object> ofText(String text, String method, List<Object> arguments) {
    return Optional.ofNullable(
        switch (method) {
          case "strip" -> stripEnd(stripStart(text, arguments), arguments);
          case "lstrip" -> stripStart(text, arguments);
          case "rstrip" -> stripEnd(text, arguments);
          case "split" -> split(text, arguments);
          case "splitlines" -> text.lines().map(Object.class::cast).toList();
          case "startswith" -> affixes(arguments).anyMatch(text::startsWith);
          case "endswith" -> affixes(arguments).anyMatch(text::endsWith);
          case "find" -> (long) text.indexOf(string(arguments, 0));
          case "format" -> formatted(text, arguments);
          case "replace" -> replace(text, string(arguments, 0), string(arguments, 1));
          case "upper", "lower", "capitalize", "title" ->
              Filters.apply(method, text, List.of(), Map.of());
          case "join" -> Filters.apply("join", arguments.get(0), List.of(text), Map.of());
          default -> null;
        });
  }

  private static Optional<Object> ofMap(Map<?, ?> map, String method, List<Object> arguments) {
    return Optional.ofNullable(
        switch (method) {
          case "items" -> pairs(map);
          case "keys" -> List.copyOf(map.keySet());
          case "values" -> List.copyOf(map.values());
          case "get" -> {
            Object value = map.get(arguments.get(0));
            yield value != null ? value : arguments.size() > 1 ? arguments.get(1) : Absent.NONE;
          }
          default -> null;
        });
  }

  /** Keys with their values. */
  static List<Object> pairs(Map<?, ?> map) {
    List<Object> pairs = new ArrayList<>();
    map.forEach((key, value) -> pairs.add(List.of(key, value)));
    return pairs;
  }

  static String replace(String text, String part, String by) {
    StringBuilder replaced = new StringBuilder();
    Matcher matcher = Pattern.compile(part, Pattern.LITERAL).matcher(text);
    int end = 0;
    while (matcher.find()) {
      Values.append(replaced, text.substring(end, matcher.start()));
      Values.append(replaced, by);
      end = matcher.end();
    }
    Values.append(replaced, text.substring(end));
    return replaced.toString();
  }

  private static String stripStart(String text, List<Object> characters) {
    int start = 0;
    while (start < text.length() && isStripped(text.charAt(start), characters)) {
      start++;
    }
    return text.substring(start);
  }

  private static String stripEnd(String text, List<Object> characters) {
    int end = text.length();
    while (end > 0 && isStripped(text.charAt(end - 1), characters)) {
      end--;
    }
    return text.substring(0, end);
  }

  private static boolean isStripped(char character, List<Object> characters) {
    return characters.isEmpty()
        ? Character.isWhitespace(character) || Character.isSpaceChar(character)
        : string(characters, 0).indexOf(character) >= 0;
  }

  /** At a separator as often as asked, or at runs of white space. */
  private static List<Object> split(String text, List<Object> arguments) {
    if (arguments.isEmpty()) {
      String stripped = text.strip();
      return stripped.isEmpty() ? List.of() : List.of((Object[]) SPACES.split(stripped));
    }
    String separator = string(arguments, 0);
    if (separator.isEmpty()) {
      throw new JinjaException("a text is split at nothing");
    }
    int limit =
        arguments.size() > 1 && arguments.get(1) instanceof Long most ? most.intValue() + 1 : -1;
    return List.of((Object[]) text.split(Pattern.quote(separator), limit));
  }

  /** Values in place of braces, one after the other. */
  private static String formatted(String text, List<Object> arguments) {
    String formatted = text;
    for (Object argument : arguments) {
      formatted = formatted.replaceFirst("\\{}", Matcher.quoteReplacement(Values.text(argument)));
    }
    return formatted;
  }

  private static Stream<String> affixes(List<Object> arguments) {
    return arguments.isEmpty()
        ? Stream.of()
        : (arguments.get(0) instanceof List<?> several ? several.stream() : arguments.stream())
            .map(Values::text);
  }

  private static String string(List<Object> arguments, int index) {
    if (index < arguments.size() && arguments.get(index) instanceof String text) {
      return text;
    }
    throw new JinjaException("a method of a text needs a text");
  }
}
