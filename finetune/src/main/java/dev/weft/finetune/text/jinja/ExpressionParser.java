package dev.weft.finetune.text.jinja;

import dev.weft.core.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads expressions, with the precedence of Jinja's operators: one method per level. */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<String> OPERATORS = Set.of("and", "or", "not", "in", "is", "if", "else");
  private static final Expression ABSENT = new Expression.Literal(Absent.NONE);

  private final List<Token> tokens;
  private int position;

  ExpressionParser(List<Token> tokens) {
    this.tokens = tokens;
  }

  /** An expression, or several with commas between as a list. */
  Expression list() {
    Expression first = expression();
    if (!peek().is(Token.Kind.SIGN, ",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (skipSign(",")) {
      items.add(expression());
    }
    return new Expression.ListOf(items);
  }

  Expression expression() {
    Expression value = or();
    while (skipName("if")) {
      Expression condition = or();
      Expression otherwise =
          skipName("else") ? expression() : new Expression.Literal(Absent.UNDEFINED);
      value = new Expression.Choice(condition, value, otherwise);
    }
    return value;
  }

  Expression or() {
    Expression left = and();
    while (skipName("or")) {
      left = new Expression.Or(left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (skipName("and")) {
      left = new Expression.And(left, not());
    }
    return left;
  }

  private Expression not() {
    return skipName("not") ? new Expression.Not(not()) : comparison();
  }

  /** {@code a < b < c} means {@code a < b and b < c}. */
  private Expression comparison() {
    Expression left = sum();
    Expression all = null;
    while (true) {
      Expression compared;
      Expression right;
      if (peek().kind() == Token.Kind.SIGN && COMPARISONS.contains(peek().text())) {
        String sign = next().text();
        right = sum();
        compared = new Expression.Comparison(sign, left, right);
      } else if (skipName("in")) {
        right = sum();
        compared = new Expression.Comparison("in", left, right);
      } else if (peek().is(Token.Kind.NAME, "not") && second().is(Token.Kind.NAME, "in")) {
        position += 2;
        right = sum();
        compared = new Expression.Not(new Expression.Comparison("in", left, right));
      } else {
        return all == null ? left : all;
      }
      all = all == null ? compared : new Expression.And(all, compared);
      left = right;
    }
  }

  private Expression sum() {
    Expression left = concatenation();
    while (atSign("+", "-")) {
      left = new Expression.Arithmetic(next().text(), left, concatenation());
    }
    return left;
  }

  private Expression concatenation() {
    Expression left = product();
    while (atSign("~")) {
      left = new Expression.Arithmetic(next().text(), left, product());
    }
    return left;
  }

  private Expression product() {
    Expression left = unary();
    while (atSign("*", "/", "//", "%")) {
      left = new Expression.Arithmetic(next().text(), left, unary());
    }
    return left;
  }

  private Expression unary() {
    boolean negative = skipSign("-");
    Expression value = postfix(primary());
    return filtered(negative ? new Expression.Negative(value) : value);
  }

  private Expression primary() {
    Token token = next();
    return switch (token.kind()) {
      case NAME -> name(token);
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (peek().kind() == Token.Kind.STRING) {
          text.append(next().text());
        }
        yield new Expression.Literal(text.toString());
      }
      case INTEGER -> new Expression.Literal(integer(token));
      case FLOAT -> new Expression.Literal(Double.parseDouble(token.text()));
      case SIGN ->
          switch (token.text()) {
            case "(" -> tuple();
            case "[" -> new Expression.ListOf(items("]"));
            case "{" -> new Expression.MapOf(entries());
            default -> throw unexpected(token);
          };
      default -> throw unexpected(token);
    };
  }

  private static Expression name(Token token) {
    return switch (token.text()) {
      case "true", "True" -> new Expression.Literal(true);
      case "false", "False" -> new Expression.Literal(false);
      case "none", "None" -> new Expression.Literal(Absent.NONE);
      default -> new Expression.Name(token.text());
    };
  }

  private static Long integer(Token token) {
    try {
      return Long.valueOf(token.text());
    } catch (NumberFormatException e) {
      throw new JinjaException(Text.format("line %d: a number is too large", token.line()));
    }
  }

  /** {@code (a)} is a, {@code (a,)} and {@code ()} are lists. */
  private Expression tuple() {
    if (skipSign(")")) {
      return new Expression.ListOf(List.of());
    }
    Expression first = expression();
    if (skipSign(")")) {
      return first;
    }
    expectSign(",");
    List<Expression> items = new ArrayList<>(List.of(first));
    items.addAll(items(")"));
    return new Expression.ListOf(items);
  }

  private List<Expression> items(String end) {
    List<Expression> items = new ArrayList<>();
    while (!skipSign(end)) {
      items.add(expression());
      if (!peek().is(Token.Kind.SIGN, end)) {
        expectSign(",");
      }
    }
    return items;
  }

  private Map<Expression, Expression> entries() {
    Map<Expression, Expression> entries = new LinkedHashMap<>();
    while (!skipSign("}")) {
      Expression key = expression();
      expectSign(":");
      entries.put(key, expression());
      if (!peek().is(Token.Kind.SIGN, "}")) {
        expectSign(",");
      }
    }
    return entries;
  }

  private Expression postfix(Expression primary) {
    Expression value = primary;
    while (true) {
      if (skipSign(".")) {
        Token name = next();
        value =
            new Expression.Item(
                value,
                new Expression.Literal(
                    name.kind() == Token.Kind.INTEGER ? integer(name) : nameOf(name)));
      } else if (skipSign("[")) {
        value = subscript(value);
      } else if (skipSign("(")) {
        value = new Expression.Call(value, arguments());
      } else {
        return value;
      }
    }
  }

  private String nameOf(Token token) {
    if (token.kind() != Token.Kind.NAME) {
      throw unexpected(token);
    }
    return token.text();
  }

  private Expression subscript(Expression of) {
    Expression[] parts = {ABSENT, ABSENT, ABSENT};
    int colons = 0;
    while (!skipSign("]")) {
      if (skipSign(":")) {
        if (++colons == parts.length) {
          throw new JinjaException(Text.format("line %d: a slice has three parts", peek().line()));
        }
      } else {
        parts[colons] = expression();
      }
    }
    return colons == 0
        ? new Expression.Item(of, parts[0])
        : new Expression.Slice(of, parts[0], parts[1], parts[2]);
  }

  private Expression.Arguments arguments() {
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    while (!skipSign(")")) {
      if (peek().kind() == Token.Kind.NAME && second().is(Token.Kind.SIGN, "=")) {
        String name = next().text();
        next();
        named.put(name, expression());
      } else {
        positional.add(expression());
      }
      if (!peek().is(Token.Kind.SIGN, ")")) {
        expectSign(",");
      }
    }
    return new Expression.Arguments(positional, named);
  }

  /** Filters and tests, which bind closer than any operator. */
  private Expression filtered(Expression value) {
    Expression filtered = value;
    while (true) {
      if (skipSign("|")) {
        String name = expect(Token.Kind.NAME).text();
        filtered =
            new Expression.Filter(
                filtered, name, skipSign("(") ? arguments() : Expression.Arguments.NONE);
      } else if (skipName("is")) {
        boolean negated = skipName("not");
        String name = expect(Token.Kind.NAME).text();
        Expression test = new Expression.Test(filtered, name, testArguments());
        filtered = negated ? new Expression.Not(test) : test;
      } else {
        return filtered;
      }
    }
  }

  /** One argument of a test may stand without parentheses. */
  private List<Expression> testArguments() {
    if (skipSign("(")) {
      return arguments().positional();
    }
    boolean argument =
        switch (peek().kind()) {
          case STRING, INTEGER, FLOAT -> true;
          case NAME -> !OPERATORS.contains(peek().text());
          default -> atSign("[", "{");
        };
    return argument ? List.of(postfix(primary())) : List.of();
  }

  Token peek() {
    return tokens.get(position);
  }

  Token second() {
    return tokens.get(Math.min(position + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(position);
    if (token.kind() == Token.Kind.END) {
      throw new JinjaException(Text.format("line %d: the template ends too early", token.line()));
    }
    position++;
    return token;
  }

  Token expect(Token.Kind kind) {
    Token token = next();
    if (token.kind() != kind) {
      throw unexpected(token);
    }
    return token;
  }

  void expectSign(String sign) {
    if (!skipSign(sign)) {
      throw unexpected();
    }
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw unexpected();
    }
  }

  boolean skipSign(String sign) {
    return skip(Token.Kind.SIGN, sign);
  }

  boolean skipName(String name) {
    return skip(Token.Kind.NAME, name);
  }

  private boolean skip(Token.Kind kind, String text) {
    boolean found = peek().is(kind, text);
    position += found ? 1 : 0;
    return found;
  }

  private boolean atSign(String... signs) {
    return peek().kind() == Token.Kind.SIGN && List.of(signs).contains(peek().text());
  }

  /** The complaint about the next token, to be thrown. */
  JinjaException unexpected() {
    return unexpected(peek());
  }

  private static JinjaException unexpected(Token token) {
    return new JinjaException(
        Text.format(
            "line %d: unexpected %s",
            token.line(),
            token.text().isEmpty()
                ? token.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                : "\"" + token.text() + "\""));
  }
}
