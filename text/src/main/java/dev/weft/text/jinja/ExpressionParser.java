package dev.weft.text.jinja;

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
  private static final Set<String> AFTER_TEST = Set.of("and", "or", "else");
  private static final Expression MISSING_ELSE =
      new Expression.Literal(
          Undefined.because("an if without else is false, so there is no value"));
  private static final Expression ABSENT = new Expression.Literal(None.NONE);

  private final List<Token> tokens;
  private int position;

  ExpressionParser(List<Token> tokens) {
    this.tokens = tokens;
  }

  /** An expression, or several with commas between as a tuple. */
  Expression tuple() {
    return tuple(true);
  }

  /** Where a condition may follow, which is not to be read as that of the expression. */
  Expression tupleWithoutCondition() {
    return tuple(false);
  }

  private Expression tuple(boolean conditional) {
    Expression first = conditional ? expression() : or();
    if (!peek().is(Token.Kind.SIGN, ",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (skipSign(",")) {
      if (atTupleEnd()) {
        break;
      }
      items.add(conditional ? expression() : or());
    }
    return new Expression.TupleOf(items);
  }

  private boolean atTupleEnd() {
    return switch (peek().kind()) {
      case OUTPUT_END, BLOCK_END -> true;
      default -> peek().is(Token.Kind.SIGN, ")") || peek().is(Token.Kind.NAME, "recursive");
    };
  }

  Expression expression() {
    Expression value = or();
    while (skipName("if")) {
      Expression condition = or();
      Expression otherwise = skipName("else") ? expression() : MISSING_ELSE;
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

  /** {@code a < b < c} means {@code a < b and b < c}, with b computed once. */
  private Expression comparison() {
    Expression left = sum();
    List<Expression.Comparison> comparisons = new ArrayList<>();
    while (true) {
      if (peek().kind() == Token.Kind.SIGN && COMPARISONS.contains(peek().text())) {
        comparisons.add(new Expression.Comparison(next().text(), sum()));
      } else if (skipName("in")) {
        comparisons.add(new Expression.Comparison("in", sum()));
      } else if (peek().is(Token.Kind.NAME, "not") && second().is(Token.Kind.NAME, "in")) {
        position += 2;
        comparisons.add(new Expression.Comparison("not in", sum()));
      } else {
        return comparisons.isEmpty() ? left : new Expression.Compared(left, comparisons);
      }
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
    Expression left = power();
    while (atSign("*", "/", "//", "%")) {
      left = new Expression.Arithmetic(next().text(), left, power());
    }
    return left;
  }

  /** Unlike Python's, jinja2's powers go from left to right. */
  private Expression power() {
    Expression left = filtered(unary());
    while (atSign("**")) {
      left = new Expression.Arithmetic(next().text(), left, filtered(unary()));
    }
    return left;
  }

  private Expression unary() {
    if (atSign("-", "+")) {
      return postfix(new Expression.Signed(next().text(), unary()));
    }
    return postfix(primary());
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
      case FLOAT -> new Expression.Literal(Double.parseDouble(token.text().replace("_", "")));
      case SIGN ->
          switch (token.text()) {
            case "(" -> parenthesised();
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
      case "none", "None" -> new Expression.Literal(None.NONE);
      default -> new Expression.Name(token.text());
    };
  }

  private static Long integer(Token token) {
    try {
      String digits = token.text().replace("_", "");
      int base =
          switch (digits.length() > 1 ? Character.toLowerCase(digits.charAt(1)) : '0') {
            case 'x' -> 16;
            case 'o' -> 8;
            case 'b' -> 2;
            default -> 10;
          };
      return Long.valueOf(base == 10 ? digits : digits.substring(2), base);
    } catch (NumberFormatException e) {
      throw new JinjaException(Text.format("line %d: a number is too large", token.line()));
    }
  }

  /** {@code (a)} is a, {@code (a,)} and {@code ()} are tuples. */
  private Expression parenthesised() {
    if (skipSign(")")) {
      return new Expression.TupleOf(List.of());
    }
    Expression inside = tuple();
    expectSign(")");
    return inside;
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
            name.kind() == Token.Kind.INTEGER
                ? new Expression.Item(value, new Expression.Literal(integer(name)))
                : new Expression.Attribute(value, nameOf(name));
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
    Expression first = peek().is(Token.Kind.SIGN, ":") ? ABSENT : tuple();
    if (skipSign("]")) {
      return new Expression.Item(of, first);
    }
    expectSign(":");
    Expression to = sliceEnd();
    Expression step = skipSign(":") ? sliceEnd() : ABSENT;
    expectSign("]");
    return new Expression.Slice(of, first, to, step);
  }

  private Expression sliceEnd() {
    return atSign(":", "]") ? ABSENT : expression();
  }

  /** What stands in the parentheses of a call, the first of which is read. */
  Expression.Given arguments() {
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    List<Expression> spread = new ArrayList<>();
    List<Expression> spreadNamed = new ArrayList<>();
    while (!skipSign(")")) {
      if (skipSign("**")) {
        spreadNamed.add(expression());
      } else if (skipSign("*")) {
        spread.add(expression());
      } else if (peek().kind() == Token.Kind.NAME && second().is(Token.Kind.SIGN, "=")) {
        String name = next().text();
        next();
        named.put(name, expression());
      } else if (named.isEmpty() && spread.isEmpty() && spreadNamed.isEmpty()) {
        positional.add(expression());
      } else {
        throw unexpected();
      }
      if (!peek().is(Token.Kind.SIGN, ")")) {
        expectSign(",");
      }
    }
    return new Expression.Given(positional, named, spread, spreadNamed);
  }

  /** Filters, tests and calls, which bind closer than any operator of two values. */
  private Expression filtered(Expression value) {
    Expression filtered = value;
    while (true) {
      if (skipSign("|")) {
        filtered = filter(filtered);
      } else if (skipName("is")) {
        boolean negated = skipName("not");
        String name = expect(Token.Kind.NAME).text();
        Expression test = new Expression.Test(filtered, name, testArguments());
        filtered = negated ? new Expression.Not(test) : test;
      } else if (skipSign("(")) {
        filtered = new Expression.Call(filtered, arguments());
      } else {
        return filtered;
      }
    }
  }

  /** The filter whose name comes next. */
  private Expression filter(Expression of) {
    StringBuilder name = new StringBuilder(expect(Token.Kind.NAME).text());
    while (skipSign(".")) {
      name.append('.').append(expect(Token.Kind.NAME).text());
    }
    return new Expression.Filter(
        of, name.toString(), skipSign("(") ? arguments() : Expression.Given.NOTHING);
  }

  /** Filters of a body, each behind a bar but perhaps the first. */
  Expression filters(Expression body, boolean begun) {
    Expression filtered = begun ? filter(body) : body;
    while (skipSign("|")) {
      filtered = filter(filtered);
    }
    return filtered;
  }

  /** One argument of a test may stand without parentheses. */
  private Expression.Given testArguments() {
    if (skipSign("(")) {
      return arguments();
    }
    boolean argument =
        switch (peek().kind()) {
          case STRING, INTEGER, FLOAT -> true;
          case NAME -> !AFTER_TEST.contains(peek().text());
          default -> atSign("[", "{");
        };
    if (peek().is(Token.Kind.NAME, "is")) {
      throw unexpected();
    }
    return argument
        ? new Expression.Given(
            List.of(postfix(primary())), new LinkedHashMap<>(), List.of(), List.of())
        : Expression.Given.NOTHING;
  }

  /** Whether a name was read since a position. */
  boolean mentions(String name, int since) {
    return tokens.subList(since, position).stream()
        .anyMatch(token -> token.is(Token.Kind.NAME, name));
  }

  int position() {
    return position;
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
