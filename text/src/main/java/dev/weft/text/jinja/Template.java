package dev.weft.text.jinja;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A chat template as models bring it, in the dialect of Jinja that Hugging Face renders it with:
 * jinja2 3.1.6 in its immutable sandbox, with loop controls, {@code tojson}, {@code
 * raise_exception} and {@code strftime_now} of transformers.
 *
 * <p>A template comes with a model from anywhere, so it can do nothing but read the values it is
 * given and write text; work, depth and size are bounded. Its clock stands still at the date it is
 * given, and nothing is drawn at random: the same conversation always gives the same text.
 *
 * <p>Left out are other templates (inheritance, imports, includes), what draws at random, and whole
 * numbers beyond 64 bits.
 */
public final class Template {
  private static final int LONGEST_SOURCE = 1 << 20;

  private final String source;
  private final List<Statement> statements;

  private Template(String source, List<Statement> statements) {
    this.source = source;
    this.statements = statements;
  }

  /**
   * @param source where it was read, for messages
   * @throws WeftException naming the line if the template is malformed or uses what is left out
   */
  public static Template parse(String template, String source) {
    try {
      if (template.length() > LONGEST_SOURCE) {
        throw new JinjaException(Text.format("it is longer than %d characters", LONGEST_SOURCE));
      }
      return new Template(source, Parser.parse(Lexer.tokens(template)));
    } catch (JinjaException e) {
      throw unreadable(source, e.getMessage());
    } catch (StackOverflowError e) {
      throw unreadable(source, "it is nested too deeply");
    }
  }

  /**
   * @param variables Strings, Longs, Integers, Doubles, Booleans, nulls, Lists and Maps of these by
   *     name; a Map is gone through in its own order
   * @param today what templates take for today
   * @throws WeftException if the template refuses these values or goes beyond its bounds
   */
  public String render(Map<String, ?> variables, LocalDate today) {
    Map<String, Object> names = new LinkedHashMap<>(functions(today));
    variables.forEach((name, value) -> names.put(name, value(value)));
    StringBuilder output = new StringBuilder();
    try {
      Statement.run(statements, Scope.of(names), output);
    } catch (JinjaException e) {
      throw unfit(e.getMessage());
    } catch (StackOverflowError e) {
      throw unfit("it calls itself too deeply");
    }
    return output.toString();
  }

  private static Map<String, Callable> functions(LocalDate today) {
    Map<String, Callable> functions = new LinkedHashMap<>();
    functions.put("namespace", Namespace::of);
    functions.put("dict", Maps::of);
    functions.put("range", Range::of);
    functions.put("cycler", Cycler::of);
    functions.put("joiner", Joiner::of);
    functions.put("raise_exception", Template::refuse);
    functions.put(
        "strftime_now",
        arguments ->
            new Strftime(today.atStartOfDay())
                .format(arguments.bind("strftime_now", "format").text("format", "")));
    return functions;
  }

  /** As templates hold it. */
  private static Object value(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(Template::value).toList();
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach((key, item) -> copy.put(key, value(item)));
      return copy;
    }
    if (value instanceof Integer number) {
      return number.longValue();
    }
    return value == null ? None.NONE : value;
  }

  private static WeftException unreadable(String source, String complaint) {
    return new WeftException(
        Problem.BAD_CHECKPOINT,
        Text.format(
            "%s: the chat template cannot be read: %s; mend the template", source, complaint));
  }

  private WeftException unfit(String complaint) {
    return new WeftException(
        Problem.BAD_DATA,
        Text.format(
            "%s: the chat template cannot write this conversation: %s; change the data or the"
                + " template",
            source, complaint));
  }

  private static Object refuse(Arguments arguments) {
    throw new JinjaException(
        arguments.bind("raise_exception", "message").text("message", "it refuses"));
  }
}
