package dev.weft.finetune.text.jinja;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.core.util.Separators.Spacing;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.weft.core.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What can stand behind a {@code |}. */
final class Filters {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Filters() {}

  static Object apply(
      String name, Object value, List<Object> arguments, Map<String, Object> named) {
    return switch (name) {
      case "trim" -> Methods.call(Values.text(value), "strip", arguments).orElseThrow();
      case "upper" -> Values.text(value).toUpperCase(Locale.ROOT);
      case "lower" -> Values.text(value).toLowerCase(Locale.ROOT);
      case "capitalize" -> capitalized(Values.text(value));
      case "title" -> titled(Values.text(value));
      case "string" -> Values.text(value);
      case "safe" -> value;
      case "int" -> integer(value);
      case "length", "count" -> length(value);
      case "list" -> Values.items(value);
      case "first" -> Values.item(Values.items(value), 0L);
      case "last" -> Values.item(Values.items(value), -1L);
      case "reverse" -> reversed(Values.items(value));
      case "items" -> value instanceof Map<?, ?> map ? Methods.pairs(map) : List.of();
      case "dictsort" -> sorted(value);
      case "join" -> joined(value, argument(arguments, named, 0, "d", ""), named);
      case "replace" ->
          Methods.replace(
              Values.text(value),
              Values.text(argument(arguments, named, 0, "old", "")),
              Values.text(argument(arguments, named, 1, "new", "")));
      case "default", "d" -> {
        boolean alsoFalse = Values.isTrue(argument(arguments, named, 1, "boolean", false));
        boolean absent = value == Absent.UNDEFINED || (alsoFalse && !Values.isTrue(value));
        yield absent ? argument(arguments, named, 0, "default_value", "") : value;
      }
      case "indent" ->
          indented(
              Values.text(value),
              argument(arguments, named, 0, "width", 4L),
              Values.isTrue(argument(arguments, named, 1, "first", false)));
      case "tojson" -> json(value, argument(arguments, named, 0, "indent", Absent.NONE));
      case "map" -> mapped(value, arguments, named);
      case "select" -> chosen(value, item -> passes(item, arguments, 0));
      case "reject" -> chosen(value, item -> !passes(item, arguments, 0));
      case "selectattr" -> chosen(value, item -> passes(attribute(item, arguments), arguments, 1));
      case "rejectattr" -> chosen(value, item -> !passes(attribute(item, arguments), arguments, 1));
      default -> throw new JinjaException(Text.format("the filter %s is not known", name));
    };
  }

  private static Object argument(
      List<Object> arguments, Map<String, Object> named, int index, String name, Object otherwise) {
    return index < arguments.size() ? arguments.get(index) : named.getOrDefault(name, otherwise);
  }

  private static String capitalized(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT)
            + text.substring(1).toLowerCase(Locale.ROOT);
  }

  private static String titled(String text) {
    StringBuilder title = new StringBuilder();
    boolean inWord = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      title.append(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
      inWord = Character.isLetter(c);
    }
    return title.toString();
  }

  private static long integer(Object value) {
    if (value instanceof Number number) {
      return number.longValue();
    }
    try {
      return Long.parseLong(Values.text(value).strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static long length(Object value) {
    return value instanceof String text
        ? text.codePointCount(0, text.length())
        : Values.items(value).size();
  }

  private static List<Object> reversed(List<Object> items) {
    List<Object> reversed = new ArrayList<>(items);
    Collections.reverse(reversed);
    return reversed;
  }

  private static List<Object> sorted(Object value) {
    Map<Object, Object> sorted = new TreeMap<>(Values::compare);
    if (value instanceof Map<?, ?> map) {
      sorted.putAll(map);
    }
    return Methods.pairs(sorted);
  }

  private static String joined(Object value, Object separator, Map<String, Object> named) {
    StringBuilder joined = new StringBuilder();
    boolean first = true;
    for (Object item : Values.items(value)) {
      Values.append(joined, first ? "" : Values.text(separator));
      Object part =
          named.containsKey("attribute") ? Values.item(item, named.get("attribute")) : item;
      Values.append(joined, Values.text(part));
      first = false;
    }
    return joined.toString();
  }

  private static String indented(String text, Object width, boolean first) {
    String indent =
        width instanceof Long spaces && spaces >= 0 && spaces <= 80
            ? " ".repeat(spaces.intValue())
            : Values.text(width);
    String indented = Methods.replace(text, "\n", "\n" + indent).replaceAll("(?m)^ +$", "");
    return first ? indent + indented : indented;
  }

  /** As {@code json.dumps} spaces it, in the order of insertion. */
  private static String json(Object value, Object indent) {
    Separators separators =
        Separators.createDefaultInstance()
            .withObjectFieldValueSpacing(Spacing.AFTER)
            .withObjectEmptySeparator("")
            .withArrayEmptySeparator("");
    DefaultPrettyPrinter printer;
    if (indent instanceof Long width && width >= 0 && width <= 80) {
      DefaultIndenter lines = new DefaultIndenter(" ".repeat(width.intValue()), "\n");
      printer =
          new DefaultPrettyPrinter(separators).withObjectIndenter(lines).withArrayIndenter(lines);
    } else {
      printer =
          new DefaultPrettyPrinter(
                  separators
                      .withObjectEntrySpacing(Spacing.AFTER)
                      .withArrayValueSpacing(Spacing.AFTER))
              .withObjectIndenter(new DefaultPrettyPrinter.NopIndenter())
              .withArrayIndenter(new DefaultPrettyPrinter.NopIndenter());
    }
    ObjectWriter writer = JSON.writer(printer);
    try {
      return writer.writeValueAsString(plain(value));
    } catch (JsonProcessingException e) {
      throw new JinjaException("a value cannot be written as JSON");
    }
  }

  /** JSON has null where templates have none. */
  private static Object plain(Object value) {
    if (value instanceof List<?> list) {
      List<Object> plain = new ArrayList<>();
      list.forEach(item -> plain.add(plain(item)));
      return plain;
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> plain = new LinkedHashMap<>();
      map.forEach((key, item) -> plain.put(key, plain(item)));
      return plain;
    }
    return value instanceof Absent ? null : value;
  }

  /** By an attribute or by a filter. */
  private static List<Object> mapped(
      Object value, List<Object> arguments, Map<String, Object> named) {
    List<Object> mapped = new ArrayList<>();
    for (Object item : itemsOrNone(value)) {
      mapped.add(
          named.containsKey("attribute")
              ? Values.item(item, named.get("attribute"))
              : apply(
                  Values.text(argument(arguments, named, 0, "filter", "")),
                  item,
                  arguments.subList(1, arguments.size()),
                  Map.of()));
    }
    return mapped;
  }

  private static List<Object> chosen(Object value, Predicate<Object> choice) {
    return itemsOrNone(value).stream().filter(choice).toList();
  }

  /** These filters take what is false for nothing. */
  private static List<Object> itemsOrNone(Object value) {
    return Values.isTrue(value) ? Values.items(value) : List.of();
  }

  private static Object attribute(Object item, List<Object> arguments) {
    return Values.item(item, argument(arguments, Map.of(), 0, "attribute", ""));
  }

  /** By the test at an index of the arguments, or by being true if there is none. */
  private static boolean passes(Object value, List<Object> arguments, int index) {
    return index < arguments.size()
        ? Tests.holds(
            Values.text(arguments.get(index)),
            value,
            arguments.subList(index + 1, arguments.size()))
        : Values.isTrue(value);
  }
}
