package dev.weft.text.jinja;

import dev.weft.core.Text;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The filters that write or change text. */
final class TextFilters {
  private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern WORD_BEGINNING = Pattern.compile("[-\\s({\\[<]+");
  private static final Pattern NOT_IN_KEYS = Pattern.compile("[\\s/>=]");
  private static final Pattern COMMENT = Pattern.compile("<!--.*?-->", Pattern.DOTALL);
  private static final Pattern TAG = Pattern.compile("<.*?>", Pattern.DOTALL);
  private static final int LINE = 79;
  private static final int CENTER = 80;
  private static final int TRUNCATED = 255;
  private static final int LEEWAY = 5;
  private static final int MOST_INDENT = 1000;

  private TextFilters() {}

  static Optional<Filter> find(String name) {
    return Optional.ofNullable(filter(name));
  }

  private static Filter filter(String name) {
    return switch (name) {
      case "string" -> (value, none) -> value instanceof Markup ? value : Written.text(value);
      case "upper" -> (value, none) -> Letters.upper(Written.text(value));
      case "lower" -> (value, none) -> Letters.lower(Written.text(value));
      case "capitalize" -> (value, none) -> Letters.capitalized(Written.text(value));
      case "title" -> (value, none) -> titled(Written.text(value));
      case "trim" ->
          (value, arguments) ->
              TextMethods.strip(
                  Written.text(value),
                  arguments.bind(name, "chars").find("chars").map(Written::text),
                  true,
                  true);
      case "replace" -> (value, arguments) -> replaced(Written.text(value), arguments);
      case "format" ->
          (value, arguments) ->
              PercentFormat.apply(
                  Written.text(value),
                  arguments.named().isEmpty()
                      ? Tuple.of(arguments.positional())
                      : arguments.named());
      case "center" ->
          (value, arguments) ->
              TextMethods.find(Written.text(value), "center")
                  .orElseThrow()
                  .call(Arguments.of(arguments.bind(name, "width").number("width", CENTER)));
      case "indent" ->
          (value, arguments) ->
              indented(
                  Values.string("the filter " + name, value),
                  arguments.bind(name, "width", "first", "blank"));
      case "truncate" ->
          (value, arguments) ->
              truncated(
                  Values.string("the filter " + name, value),
                  arguments.bind(name, "length", "killwords", "end", "leeway"));
      case "wordwrap" ->
          (value, arguments) ->
              wrapped(
                  Values.string("the filter " + name, value),
                  arguments.bind(
                      name, "width", "break_long_words", "wrapstring", "break_on_hyphens"));
      case "wordcount" -> (value, none) -> WORD.matcher(Written.text(value)).results().count();
      case "safe" -> (value, none) -> new Markup(Written.text(value));
      case "escape", "e" -> (value, none) -> Markup.escaped(value);
      case "forceescape" -> (value, none) -> new Markup(Markup.escape(Written.text(value)));
      case "striptags" -> (value, none) -> withoutTags(Written.text(value));
      case "urlencode" -> (value, none) -> urlEncoded(value);
      case "xmlattr" ->
          (value, arguments) -> xmlAttributes(value, arguments.bind(name, "autospace"));
      default -> null;
    };
  }

  private static String titled(String text) {
    StringBuilder titled = new StringBuilder();
    Matcher between = WORD_BEGINNING.matcher(text);
    int from = 0;
    while (between.find()) {
      titled.append(word(text.substring(from, between.start()))).append(between.group());
      from = between.end();
    }
    return titled.append(word(text.substring(from))).toString();
  }

  private static String word(String word) {
    if (word.isEmpty()) {
      return word;
    }
    int first = word.offsetByCodePoints(0, 1);
    return Letters.upper(word.substring(0, first)) + Letters.lower(word.substring(first));
  }

  private static String replaced(String text, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("replace", "old", "new", "count");
    return TextMethods.replace(
        text,
        Written.text(bound.required("old")),
        Written.text(bound.required("new")),
        bound.find("count").isPresent() ? bound.number("count", -1) : -1);
  }

  private static String indented(String text, Arguments.Bound bound) {
    Object width = bound.or("width", 4L);
    String indent =
        Values.numberOrText(width) instanceof Long spaces
            ? " ".repeat((int) Math.max(0, Math.min(spaces, MOST_INDENT)))
            : Written.text(width);
    boolean blank = bound.isTrue("blank");
    StringBuilder indented = new StringBuilder(bound.isTrue("first") ? indent : "");
    List<Object> lines = TextMethods.lines(text + "\n", false);
    for (int i = 0; i < lines.size(); i++) {
      String line = (String) lines.get(i);
      Written.append(indented, i == 0 ? "" : "\n");
      Written.append(indented, i > 0 && (blank || !line.isEmpty()) ? indent : "");
      Written.append(indented, line);
    }
    return indented.toString();
  }

  private static String truncated(String text, Arguments.Bound bound) {
    long length = bound.number("length", TRUNCATED);
    String end = bound.text("end", "...");
    long leeway = bound.find("leeway").isPresent() ? bound.number("leeway", LEEWAY) : LEEWAY;
    long kept = length - Values.length(end);
    if (kept < 0 || leeway < 0) {
      throw new JinjaException("truncate leaves nothing");
    }
    if (Values.length(text) <= length + leeway) {
      return text;
    }
    String cut = (String) Values.slice(text, None.NONE, kept, None.NONE);
    int space = bound.isTrue("killwords") ? -1 : cut.lastIndexOf(' ');
    return (space < 0 ? cut : cut.substring(0, space)) + end;
  }

  private static String wrapped(String text, Arguments.Bound bound) {
    WordWrap wrap =
        new WordWrap(
            (int) Math.max(1, Math.min(Integer.MAX_VALUE, bound.number("width", LINE))),
            !bound.has("break_long_words") || bound.isTrue("break_long_words"),
            !bound.has("break_on_hyphens") || bound.isTrue("break_on_hyphens"));
    String separator = bound.find("wrapstring").map(Written::text).orElse("\n");
    List<String> paragraphs = new ArrayList<>();
    for (Object paragraph : TextMethods.lines(text, false)) {
      paragraphs.add(String.join(separator, wrap.lines((String) paragraph)));
    }
    return String.join(separator, paragraphs);
  }

  private static String withoutTags(String text) {
    String plain = TAG.matcher(COMMENT.matcher(text).replaceAll("")).replaceAll("");
    String spaced =
        TextMethods.find(plain, "split")
            .map(split -> Values.items(split.call(Arguments.NONE)))
            .orElseThrow()
            .stream()
            .map(Object::toString)
            .collect(Collectors.joining(" "));
    return spaced
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#39;", "'")
        .replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
  }

  private static String urlEncoded(Object value) {
    if (value instanceof Markup || value instanceof String || !Values.isIterable(value)) {
      return quoted(Written.text(value), false);
    }
    List<Object> pairs = value instanceof Map<?, ?> map ? Maps.pairs(map) : Values.items(value);
    return pairs.stream()
        .map(Values::items)
        .map(
            pair ->
                quoted(Written.text(pair.get(0)), true)
                    + "="
                    + quoted(Written.text(pair.get(1)), true))
        .collect(Collectors.joining("&"));
  }

  private static String quoted(String text, boolean inQuery) {
    String encoded =
        URLEncoder.encode(text, StandardCharsets.UTF_8).replace("*", "%2A").replace("%7E", "~");
    return inQuery ? encoded : encoded.replace("+", "%20").replace("%2F", "/");
  }

  private static String xmlAttributes(Object value, Arguments.Bound bound) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new JinjaException("the filter xmlattr needs a mapping");
    }
    List<String> attributes = new ArrayList<>();
    map.forEach(
        (key, item) -> {
          if (item == None.NONE || item instanceof Undefined) {
            return;
          }
          String name = Written.text(key);
          if (NOT_IN_KEYS.matcher(name).find()) {
            throw new JinjaException(Text.format("%s is no name of an attribute", name));
          }
          attributes.add(Markup.escape(name) + "=\"" + Markup.escaped(item).text() + "\"");
        });
    boolean spaced =
        !attributes.isEmpty() && (!bound.has("autospace") || bound.isTrue("autospace"));
    return (spaced ? " " : "") + String.join(" ", attributes);
  }
}
