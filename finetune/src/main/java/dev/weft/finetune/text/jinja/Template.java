package dev.weft.finetune.text.jinja;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * A chat template as models bring it, in the dialect of Jinja that Hugging Face renders it with.
 *
 * <p>A template comes with a model from anywhere, so it can do nothing but read the values it is
 * given and write text; work, depth and size are bounded. It has no clock either ({@code
 * strftime_now} is undefined, and templates have a date of their own for that): the same
 * conversation always gives the same text.
 *
 * <p>Left out are inheritance, includes, recursive loops, {@code call} and {@code filter} blocks;
 * chat templates use none of them.
 */
public final class Template {
  private static final int LONGEST_SOURCE = 1 << 20;
  private static final int LONGEST_RANGE = 100_000;

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
   * @param variables Strings, Longs, Doubles, Booleans, Lists and Maps of these by name
   * @throws WeftException if the template refuses these values or goes beyond its bounds
   */
  public String render(Map<String, ?> variables) {
    Map<String, Object> names = new HashMap<>(variables);
    names.put("namespace", (Function) (arguments, named) -> new Namespace(named));
    names.put("dict", (Function) (arguments, named) -> new LinkedHashMap<>(named));
    names.put("range", (Function) (arguments, named) -> range(arguments));
    names.put("raise_exception", (Function) (arguments, named) -> refuse(arguments));
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

  private static Object refuse(List<Object> arguments) {
    throw new JinjaException(arguments.isEmpty() ? "it refuses" : Values.text(arguments.get(0)));
  }

  private static Object range(List<Object> arguments) {
    if (arguments.isEmpty() || !arguments.stream().allMatch(Long.class::isInstance)) {
      throw new JinjaException("range needs whole numbers");
    }
    long from = arguments.size() > 1 ? (Long) arguments.get(0) : 0;
    long to = (Long) arguments.get(Math.min(1, arguments.size() - 1));
    long step = arguments.size() > 2 ? (Long) arguments.get(2) : 1;
    if (step == 0 || Math.abs((to - from) / step) > LONGEST_RANGE) {
      throw new JinjaException(Text.format("range is longer than %d", LONGEST_RANGE));
    }
    return LongStream.iterate(from, i -> step > 0 ? i < to : i > to, i -> i + step)
        .mapToObj(Object.class::cast)
        .toList();
  }
}
