package dev.weft.text.jinja;

import dev.weft.core.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;

/** The methods of Python's {@code str}. */
final class TextMethods {
  private static final int TAB = 8;

  private TextMethods() {}

  static Optional<Callable> find(String text, String name) {
    return Optional.ofNullable(method(text, name));
  }

  private static Callable method(String text, String name) {
    return switch (name) {
      case "upper" -> Arguments.none(name, () -> Letters.upper(text));
      case "lower", "casefold" -> Arguments.none(name, () -> Letters.lower(text));
      case "title" -> Arguments.none(name, () -> Letters.titled(text));
      case "capitalize" -> Arguments.none(name, () -> Letters.capitalized(text));
      case "swapcase" -> Arguments.none(name, () -> Letters.swapped(text));
      case "strip" -> arguments -> strip(text, arguments.bind(name, "chars"), true, true);
      case "lstrip" -> arguments -> strip(text, arguments.bind(name, "chars"), true, false);
      case "rstrip" -> arguments -> strip(text, arguments.bind(name, "chars"), false, true);
      case "split", "rsplit" ->
          arguments -> split(text, arguments.bind(name, "sep", "maxsplit"), name.equals("rsplit"));
      case "splitlines" -> arguments -> lines(text, arguments.bind(name, "keepends"));
      case "partition", "rpartition" ->
          arguments -> partition(text, only(name, arguments), name.equals("rpartition"));
      case "startswith" -> arguments -> affix(name, text, arguments, String::startsWith);
      case "endswith" -> arguments -> affix(name, text, arguments, String::endsWith);
      case "removeprefix" ->
          arguments -> {
            String prefix = only(name, arguments);
            return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
          };
      case "removesuffix" ->
          arguments -> {
            String suffix = only(name, arguments);
            return text.endsWith(suffix)
                ? text.substring(0, text.length() - suffix.length())
                : text;
          };
      case "find", "rfind", "index", "rindex" ->
          arguments -> position(text, name, arguments.bind(name, "sub", "start", "end"));
      case "count" -> arguments -> count(text, arguments.bind(name, "sub", "start", "end"));
      case "replace" ->
          arguments -> {
            Arguments.Bound bound = arguments.bind(name, "old", "new", "count");
            return replace(
                text,
                Values.string(name, bound.required("old")),
                Values.string(name, bound.required("new")),
                bound.number("count", -1));
          };
      case "join" -> arguments -> join(text, arguments.bind(name, "iterable").required("iterable"));
      case "format" -> arguments -> BraceFormat.apply(text, arguments);
      case "format_map" ->
          arguments ->
              BraceFormat.apply(text, new Arguments(List.of(), named(arguments.bind(name, "map"))));
      case "center" -> arguments -> pad(text, arguments.bind(name, "width", "fill"), '^');
      case "ljust" -> arguments -> pad(text, arguments.bind(name, "width", "fill"), '<');
      case "rjust" -> arguments -> pad(text, arguments.bind(name, "width", "fill"), '>');
      case "zfill" -> arguments -> zeroFilled(text, arguments.bind(name, "width"));
      case "expandtabs" -> arguments -> untabbed(text, arguments.bind(name, "tabsize"));
      case "isdigit" -> is(name, text, Letters::isDigit);
      case "isdecimal" -> is(name, text, Character::isDigit);
      case "isnumeric" -> is(name, text, Letters::isNumeric);
      case "isalpha" -> is(name, text, Character::isLetter);
      case "isalnum" -> is(name, text, c -> Character.isLetter(c) || Letters.isNumeric(c));
      case "isspace" -> is(name, text, Letters::isSpace);
      case "isascii" -> Arguments.none(name, () -> text.codePoints().allMatch(c -> c < 0x80));
      case "isprintable" ->
          Arguments.none(name, () -> text.codePoints().allMatch(Written::isPrintable));
      case "isidentifier" ->
          Arguments.none(
              name,
              () ->
                  !text.isEmpty()
                      && (Character.isUnicodeIdentifierStart(text.codePointAt(0))
                          || text.startsWith("_"))
                      && text.codePoints().allMatch(Character::isUnicodeIdentifierPart));
      case "islower" -> Arguments.none(name, () -> cased(text, Letters.lower(text)));
      case "isupper" -> Arguments.none(name, () -> cased(text, Letters.upper(text)));
      case "istitle" -> Arguments.none(name, () -> cased(text, Letters.titled(text)));
      default -> null;
    };
  }

  private static Callable is(String name, String text, IntPredicate test) {
    return Arguments.none(name, () -> Letters.all(text, test));
  }

  static boolean cased(String text, String changed) {
    return text.equals(changed) && text.codePoints().anyMatch(Letters::isCased);
  }

  private static Map<String, Object> named(Arguments.Bound bound) {
    Map<String, Object> named = new LinkedHashMap<>();
    if (!(bound.required("map") instanceof Map<?, ?> map)) {
      throw new JinjaException("format_map needs a mapping");
    }
    map.forEach((key, value) -> named.put(Written.text(key), value));
    return named;
  }

  private static String only(String method, Arguments arguments) {
    return Values.string(method, arguments.bind(method, "text").required("text"));
  }

  static String strip(String text, Optional<String> characters, boolean start, boolean end) {
    IntPredicate stripped =
        characters.isEmpty()
            ? Letters::isSpace
            : c -> characters.orElseThrow().codePoints().anyMatch(one -> one == c);
    int from = 0;
    int to = text.length();
    while (start && from < to && stripped.test(text.codePointAt(from))) {
      from = text.offsetByCodePoints(from, 1);
    }
    while (end && to > from && stripped.test(text.codePointBefore(to))) {
      to = text.offsetByCodePoints(to, -1);
    }
    return text.substring(from, to);
  }

  private static String strip(String text, Arguments.Bound bound, boolean start, boolean end) {
    return strip(
        text, bound.find("chars").map(chars -> Values.string(bound.function(), chars)), start, end);
  }

  /** At a separator as often as asked, or at runs of white space. */
  private static List<Object> split(String text, Arguments.Bound bound, boolean fromEnd) {
    long most = bound.number("maxsplit", -1);
    long splits = most < 0 ? Long.MAX_VALUE : most;
    Optional<Object> separator = bound.find("sep");
    if (separator.isEmpty()) {
      return fromEnd ? wordsFromEnd(text, splits) : words(text, splits);
    }
    String at = Values.string(bound.function(), separator.get());
    if (at.isEmpty()) {
      throw new JinjaException("a text is split at nothing");
    }
    List<Object> parts = new ArrayList<>();
    String rest = text;
    int found = fromEnd ? rest.lastIndexOf(at) : rest.indexOf(at);
    while (found >= 0 && parts.size() < splits) {
      parts.add(fromEnd ? rest.substring(found + at.length()) : rest.substring(0, found));
      rest = fromEnd ? rest.substring(0, found) : rest.substring(found + at.length());
      found = fromEnd ? rest.lastIndexOf(at) : rest.indexOf(at);
    }
    parts.add(rest);
    if (fromEnd) {
      Collections.reverse(parts);
    }
    return parts;
  }

  private static List<Object> words(String text, long splits) {
    List<Object> words = new ArrayList<>();
    String rest = strip(text, Optional.empty(), true, false);
    while (!rest.isEmpty()) {
      int end = 0;
      while (end < rest.length()
          && (words.size() == splits || !Letters.isSpace(rest.codePointAt(end)))) {
        end = rest.offsetByCodePoints(end, 1);
      }
      words.add(rest.substring(0, end));
      rest = strip(rest.substring(end), Optional.empty(), true, false);
    }
    return words;
  }

  private static List<Object> wordsFromEnd(String text, long splits) {
    List<Object> words = new ArrayList<>();
    String rest = strip(text, Optional.empty(), false, true);
    while (!rest.isEmpty()) {
      int start = rest.length();
      while (start > 0
          && (words.size() == splits || !Letters.isSpace(rest.codePointBefore(start)))) {
        start = rest.offsetByCodePoints(start, -1);
      }
      words.add(rest.substring(start));
      rest = strip(rest.substring(0, start), Optional.empty(), false, true);
    }
    Collections.reverse(words);
    return words;
  }

  private static List<Object> lines(String text, Arguments.Bound bound) {
    return lines(text, bound.isTrue("keepends"));
  }

  static List<Object> lines(String text, boolean withEnds) {
    List<Object> lines = new ArrayList<>();
    int start = 0;
    int i = 0;
    while (i < text.length()) {
      if (!isLineEnd(text.charAt(i))) {
        i++;
        continue;
      }
      int end = text.startsWith("\r\n", i) ? i + 2 : i + 1;
      lines.add(text.substring(start, withEnds ? end : i));
      start = end;
      i = end;
    }
    if (start < text.length()) {
      lines.add(text.substring(start));
    }
    return lines;
  }

  private static boolean isLineEnd(char c) {
    return (c >= '\n' && c <= '\r')
        || (c >= 0x1c && c <= 0x1e)
        || c == 0x85
        || c == 0x2028
        || c == 0x2029;
  }

  private static Object partition(String text, String separator, boolean fromEnd) {
    if (separator.isEmpty()) {
      throw new JinjaException("a text is split at nothing");
    }
    int at = fromEnd ? text.lastIndexOf(separator) : text.indexOf(separator);
    if (at < 0) {
      return fromEnd ? Tuple.of("", "", text) : Tuple.of(text, "", "");
    }
    return Tuple.of(text.substring(0, at), separator, text.substring(at + separator.length()));
  }

  /** The part of the text between two positions, which count letters, from the end if negative. */
  private static String part(String text, Arguments.Bound bound) {
    Object part =
        Values.slice(text, bound.or("start", None.NONE), bound.or("end", None.NONE), None.NONE);
    return (String) part;
  }

  private static boolean affix(
      String method, String text, Arguments arguments, BiPredicate<String, String> test) {
    Arguments.Bound bound = arguments.bind(method, "affix", "start", "end");
    String part = part(text, bound);
    Object affix = bound.required("affix");
    return affix instanceof Tuple several
        ? several.items().stream().anyMatch(one -> test.test(part, Values.string(method, one)))
        : test.test(part, Values.string(method, affix));
  }

  private static Object position(String text, String method, Arguments.Bound bound) {
    String part = part(text, bound);
    String wanted = Values.string(method, bound.required("sub"));
    int at = method.startsWith("r") ? part.lastIndexOf(wanted) : part.indexOf(wanted);
    if (at < 0) {
      if (method.endsWith("index")) {
        throw new JinjaException(Text.format("%s is not in the text", Written.repr(wanted)));
      }
      return -1L;
    }
    long size = Values.length(text);
    long start = bound.find("start").isPresent() ? bound.number("start", 0) : 0;
    return Math.max(0, start < 0 ? start + size : start) + part.codePointCount(0, at);
  }

  private static Object count(String text, Arguments.Bound bound) {
    String part = part(text, bound);
    String wanted = Values.string("count", bound.required("sub"));
    if (wanted.isEmpty()) {
      return Values.length(part) + 1;
    }
    long count = 0;
    for (int at = part.indexOf(wanted); at >= 0; at = part.indexOf(wanted, at + wanted.length())) {
      count++;
    }
    return count;
  }

  /**
   * @param most replacements; all if negative
   */
  static String replace(String text, String part, String by, long most) {
    StringBuilder replaced = new StringBuilder();
    long left = most < 0 ? Long.MAX_VALUE : most;
    int from = 0;
    int at = text.indexOf(part);
    while (at >= 0 && left-- > 0) {
      Written.append(replaced, text.substring(from, at));
      Written.append(replaced, by);
      from = at + part.length();
      if (part.isEmpty()) {
        if (at >= text.length()) {
          return replaced.toString();
        }
        int next = text.offsetByCodePoints(at, 1);
        Written.append(replaced, text.substring(at, next));
        from = next;
        at = next;
      } else {
        at = text.indexOf(part, from);
      }
    }
    Written.append(replaced, text.substring(from));
    return replaced.toString();
  }

  private static String join(String separator, Object parts) {
    StringBuilder joined = new StringBuilder();
    String before = "";
    for (Object part : Values.items(parts)) {
      Written.append(joined, before);
      Written.append(joined, Values.string("join", part));
      before = separator;
    }
    return joined.toString();
  }

  private static String pad(String text, Arguments.Bound bound, char alignment) {
    long width = Values.index(bound.function(), bound.required("width"));
    String fill = bound.text("fill", " ");
    long missing = Math.max(0, width - Values.length(text));
    long left =
        switch (alignment) {
          case '<' -> 0;
          case '>' -> missing;
          // Python puts the odd one out before the text where the width is odd.
          default -> missing / 2 + (missing & width & 1);
        };
    return Written.joined(
        Written.joined(Written.repeated(fill, left), text), Written.repeated(fill, missing - left));
  }

  private static String zeroFilled(String text, Arguments.Bound bound) {
    long missing = Values.index("zfill", bound.required("width")) - Values.length(text);
    int sign = text.startsWith("+") || text.startsWith("-") ? 1 : 0;
    return text.substring(0, sign)
        + Written.joined(Written.repeated("0", missing), text.substring(sign));
  }

  private static String untabbed(String text, Arguments.Bound bound) {
    int width = (int) Math.min(TAB * TAB, Math.max(0, bound.number("tabsize", TAB)));
    StringBuilder untabbed = new StringBuilder();
    int column = 0;
    for (int c : text.codePoints().toArray()) {
      if (c == '\t') {
        int spaces = width == 0 ? 0 : width - column % width;
        Written.append(untabbed, " ".repeat(spaces));
        column += spaces;
      } else {
        Written.append(untabbed, Character.toString(c));
        column = c == '\n' || c == '\r' ? 0 : column + 1;
      }
    }
    return untabbed.toString();
  }
}
