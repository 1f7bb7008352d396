package dev.weft.text.jinja;

import dev.weft.core.Text;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens. Spaces around tags go as in Hugging Face's environment, that is with
 * {@code trim_blocks} (no line break after a block) and {@code lstrip_blocks} (no indentation
 * before one).
 */
final class Lexer {
  private static final Pattern TAG = Pattern.compile("\\{[{%#][-+]?");
  private static final Pattern RAW =
      Pattern.compile("\\{%[-+]?\\s*raw\\s*(?:-%}\\s*|%})", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern END_RAW =
      Pattern.compile(
          "\\{%(?<sign>[-+]?)\\s*endraw\\s*(?:\\+%}|-%}\\s*|%}\\n?)",
          Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<float>(?<!\\.)(?:\\d+_)*\\d+"
              + "(?:(?:\\.(?:\\d+_)*\\d+)?[eE][+-]?(?:\\d+_)*\\d+|\\.(?:\\d+_)*\\d+))"
              + "|(?<integer>0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+"
              + "|[1-9](?:_?\\d)*|0(?:_?0)*)"
              + "|(?<name>[\\p{L}\\p{Nl}_][\\p{L}\\p{Nl}\\p{M}\\p{Nd}\\p{Pc}]*)"
              + "|(?<sign>//|\\*\\*|==|!=|<=|>=|[-+*/%~<>=.,:;|()\\[\\]{}])");

  /** What may follow a backslash, and what the two mean together. */
  private static final String LETTERS = "\\'\"abfnrtv";

  private static final String MEANT = "\\'\"\u0007\b\f\n\r\t\u000b";

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
    Matcher raw = RAW.matcher(source);
    boolean lineStart = true;
    while (tag.find(position)) {
      String mark = tag.group();
      text(source.substring(position, tag.start()), mark, lineStart);
      if (raw.find(tag.start()) && raw.start() == tag.start()) {
        position = raw.end();
        lineStart = raw(raw.group().endsWith("\n"));
        continue;
      }
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

  /** What stands as it is up to {@code endraw}. */
  private boolean raw(boolean lineStart) {
    Matcher end = END_RAW.matcher(source);
    if (!end.find(position)) {
      throw new JinjaException(Text.format("line %d: a raw block is not closed", line()));
    }
    text(source.substring(position, end.start()), "{%" + end.group("sign"), lineStart);
    position = end.end();
    return end.group().endsWith("\n");
  }

  /** Text before a tag, which may take spaces from its end. */
  private void text(String text, String mark, boolean lineStart) {
    String kept = text;
    if (mark.endsWith("-")) {
      kept = TextMethods.strip(text, Optional.empty(), false, true);
    } else if (mark.equals("{%") || mark.equals("{#")) {
      int line = text.lastIndexOf('\n') + 1;
      if ((line > 0 || lineStart) && Letters.all(text.substring(line), Letters::isSpace)) {
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
      while (position < source.length() && Letters.isSpace(source.charAt(position))) {
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
    while (position < source.length() && Letters.isSpace(source.charAt(position))) {
      position++;
    }
    boolean signed =
        source.startsWith("-" + close, position)
            || (end == Token.Kind.BLOCK_END && source.startsWith("+" + close, position));
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
      switch (text) {
        case "(" -> open.push(")");
        case "[" -> open.push("]");
        case "{" -> open.push("}");
        case ")", "]", "}" -> {
          if (!text.equals(open.poll())) {
            throw new JinjaException(Text.format("line %d: unexpected \"%s\"", line(), text));
          }
        }
        default -> {}
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
      int letter = LETTERS.indexOf(escape);
      if (letter >= 0) {
        plain.append(MEANT.charAt(letter));
      } else if (escape == 'x' || escape == 'u' || escape == 'U') {
        int digits = escape == 'x' ? 2 : escape == 'u' ? 4 : 8;
        plain.appendCodePoint(code(text, i + 1, digits, 16));
        i += digits;
      } else if (escape >= '0' && escape <= '7') {
        int end = i;
        while (end < Math.min(i + 3, text.length())
            && text.charAt(end) >= '0'
            && text.charAt(end) <= '7') {
          end++;
        }
        plain.appendCodePoint(code(text, i, end - i, 8));
        i = end - 1;
      } else if (escape != '\n') {
        plain.append(c).append(escape);
      }
    }
    return plain.toString();
  }

  private static int code(String text, int from, int digits, int base) {
    try {
      int code = Integer.parseInt(text.substring(from, from + digits), base);
      if (Character.isValidCodePoint(code)) {
        return code;
      }
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      // One sentence serves all three.
    }
    throw new JinjaException("a string has an escape that means no letter");
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
