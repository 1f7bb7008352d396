package dev.weft.finetune.text.jinja;

import dev.weft.core.Text;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens. Spaces around tags go as in Hugging Face's environment, that is with
 * {@code trim_blocks} (no line break after a block) and {@code lstrip_blocks} (no indentation
 * before one).
 */
final class Lexer {
  private static final Pattern TAG = Pattern.compile("\\{[{%#][-+]?");
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<name>[A-Za-z_]\\w*)"
              + "|(?<float>\\d+\\.\\d+(?:[eE][+-]?\\d+)?)"
              + "|(?<integer>\\d+)"
              + "|(?<sign>//|\\*\\*|==|!=|<=|>=|[-+*/%~<>=.,:|()\\[\\]{}])");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private int line = 1;
  private int counted;

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> tokens(String source) {
    String text = source.replace("\r\n", "\n").replace('\r', '\n');
    Lexer lexer = new Lexer(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    Matcher tag = TAG.matcher(source);
    boolean lineStart = true;
    while (tag.find(position)) {
      String mark = tag.group();
      text(source.substring(position, tag.start()), mark, lineStart);
      position = tag.end();
      switch (mark.charAt(1)) {
        case '#' -> comment();
        case '%' -> inside(Token.Kind.BLOCK_BEGIN, Token.Kind.BLOCK_END, "%}");
        default -> inside(Token.Kind.OUTPUT_BEGIN, Token.Kind.OUTPUT_END, "}}");
      }
      lineStart = afterTag(mark.charAt(1) != '{');
    }
    text(source.substring(position), "", false);
    position = source.length();
    add(Token.Kind.END, "");
  }

  /** Text before a tag, which may take spaces from its end. */
  private void text(String text, String mark, boolean lineStart) {
    String kept = text;
    if (mark.endsWith("-")) {
      kept = text.stripTrailing();
    } else if (mark.equals("{%") || mark.equals("{#")) {
      int line = text.lastIndexOf('\n') + 1;
      if ((line > 0 || lineStart) && text.substring(line).isBlank()) {
        kept = text.substring(0, line);
      }
    }
    if (!kept.isEmpty()) {
      add(Token.Kind.TEXT, kept);
    }
  }

  private void comment() {
    int end = source.indexOf("#}", position);
    if (end < 0) {
      throw new JinjaException(Text.format("line %d: a comment is not closed", line()));
    }
    position = end + 2;
  }

  /**
   * Takes what a tag's end takes from the text behind it.
   *
   * @return whether the tag took a line break as its own
   */
  private boolean afterTag(boolean block) {
    char sign = source.charAt(position - 3);
    if (sign == '-') {
      while (position < source.length() && Character.isWhitespace(source.charAt(position))) {
        position++;
      }
      return false;
    }
    if (block && sign != '+' && source.startsWith("\n", position)) {
      position++;
      return true;
    }
    return false;
  }

  private void inside(Token.Kind begin, Token.Kind end, String close) {
    add(begin, "");
    Deque<String> open = new ArrayDeque<>();
    Matcher matcher = TOKEN.matcher(source);
    while (!closes(open, close, end)) {
      if (source.startsWith("'", position) || source.startsWith("\"", position)) {
        string();
        continue;
      }
      if (!matcher.find(position) || matcher.start() != position) {
        throw new JinjaException(
            position < source.length()
                ? Text.format("line %d: unexpected \"%c\"", line(), source.charAt(position))
                : Text.format("line %d: a tag is not closed", line()));
      }
      token(matcher, open);
      position = matcher.end();
    }
  }

  /** Braces of a mapping may stand side by side as those of a tag's end do. */
  private boolean closes(Deque<String> open, String close, Token.Kind end) {
    while (position < source.length() && Character.isWhitespace(source.charAt(position))) {
      position++;
    }
    boolean signed =
        source.startsWith("-" + close, position) || source.startsWith("+" + close, position);
    if (!open.isEmpty() || !(signed || source.startsWith(close, position))) {
      return false;
    }
    position += signed ? 3 : 2;
    add(end, "");
    return true;
  }

  private void token(Matcher matcher, Deque<String> open) {
    String text = matcher.group();
    if (matcher.group("name") != null) {
      add(Token.Kind.NAME, text);
    } else if (matcher.group("float") != null) {
      add(Token.Kind.FLOAT, text);
    } else if (matcher.group("integer") != null) {
      add(Token.Kind.INTEGER, text);
    } else {
      add(Token.Kind.SIGN, text);
      if ("([{".contains(text)) {
        open.push(text);
      } else if (")]}".contains(text)) {
        open.poll();
      }
    }
  }

  private void string() {
    char quote = source.charAt(position);
    int end = position + 1;
    while (end < source.length() && source.charAt(end) != quote) {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= source.length()) {
      throw new JinjaException(Text.format("line %d: a string is not closed", line()));
    }
    add(Token.Kind.STRING, unescape(source.substring(position + 1, end)));
    position = end + 1;
  }

  private static String unescape(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        plain.append(c);
        continue;
      }
      char escape = text.charAt(++i);
      switch (escape) {
        case 'n' -> plain.append('\n');
        case 't' -> plain.append('\t');
        case 'r' -> plain.append('\r');
        case '\n' -> {}
        case '\\', '\'', '"' -> plain.append(escape);
        case 'x', 'u' -> {
          int end = i + (escape == 'x' ? 3 : 5);
          if (end > text.length() || !text.substring(i + 1, end).matches("[0-9a-fA-F]+")) {
            throw new JinjaException("a string ends within an escape");
          }
          plain.append((char) Integer.parseInt(text.substring(i + 1, end), 16));
          i = end - 1;
        }
        default -> plain.append(c).append(escape);
      }
    }
    return plain.toString();
  }

  private void add(Token.Kind kind, String text) {
    tokens.add(new Token(kind, text, line()));
  }

  /** The line of the position, counted on from where it was last asked for. */
  private int line() {
    for (; counted < position; counted++) {
      line += source.charAt(counted) == '\n' ? 1 : 0;
    }
    return line;
  }
}
