package dev.weft.text.jinja;

import dev.weft.core.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the statements of a template; {@link ExpressionParser} reads what has a value. */
final class Parser {
  private final ExpressionParser tokens;

  private Parser(ExpressionParser tokens) {
    this.tokens = tokens;
  }

  static List<Statement> parse(List<Token> tokens) {
    Parser parser = new Parser(new ExpressionParser(tokens));
    List<Statement> statements = parser.until(Set.of());
    if (parser.tokens.peek().kind() != Token.Kind.END) {
      throw parser.tokens.unexpected();
    }
    return statements;
  }

  /** Statements up to a block that begins with one of these words, which stays to be read. */
  private List<Statement> until(Set<String> words) {
    List<Statement> statements = new ArrayList<>();
    while (tokens.peek().kind() != Token.Kind.END && !atBlock(words)) {
      Token token = tokens.next();
      switch (token.kind()) {
        case TEXT -> statements.add(new Statement.Verbatim(token.text()));
        case OUTPUT_BEGIN -> {
          statements.add(new Statement.Output(tokens.tuple()));
          tokens.expect(Token.Kind.OUTPUT_END);
        }
        default -> block(statements);
      }
    }
    return statements;
  }

  private boolean atBlock(Set<String> words) {
    return tokens.peek().kind() == Token.Kind.BLOCK_BEGIN && words.contains(tokens.second().text());
  }

  private void block(List<Statement> statements) {
    Token word = tokens.expect(Token.Kind.NAME);
    switch (word.text()) {
      case "if" -> statements.add(choice());
      case "for" -> statements.add(loop());
      case "set" -> statements.add(assignment());
      case "macro" -> statements.add(macro());
      case "break" -> statements.add(leave(Statement.Flow.BREAK));
      case "continue" -> statements.add(leave(Statement.Flow.CONTINUE));
      case "with" -> statements.add(with());
      case "call" -> statements.add(call());
      case "filter" -> statements.add(filter());
      case "print" -> print(statements);
      case "block" -> statements.add(namedBlock());
      // Marks what an assistant says; where that begins is known here without it.
      case "generation" ->
          statements.add(new Statement.With(List.of(), List.of(), closed("endgeneration")));
      case "import", "from", "include", "extends" ->
          throw new JinjaException(
              Text.format(
                  "line %d: it wants another template (%s), and a model has one",
                  word.line(), word.text()));
      default ->
          throw new JinjaException(
              Text.format("line %d: the block %s is not known", word.line(), word.text()));
    }
  }

  private Statement choice() {
    Expression condition = tokens.tupleWithoutCondition();
    List<Statement> then = opened(Set.of("elif", "else", "endif"));
    tokens.expect(Token.Kind.BLOCK_BEGIN);
    return switch (tokens.expect(Token.Kind.NAME).text()) {
      case "elif" -> new Statement.If(condition, then, List.of(choice()));
      case "else" -> new Statement.If(condition, then, closed("endif"));
      default -> {
        tokens.expect(Token.Kind.BLOCK_END);
        yield new Statement.If(condition, then, List.of());
      }
    };
  }

  private Statement loop() {
    Target target = target(false);
    tokens.expectName("in");
    Expression items = tokens.tupleWithoutCondition();
    Expression condition =
        tokens.skipName("if") ? tokens.expression() : new Expression.Literal(true);
    boolean recursive = tokens.skipName("recursive");
    List<Statement> body = opened(Set.of("else", "endfor"));
    tokens.expect(Token.Kind.BLOCK_BEGIN);
    if (tokens.expect(Token.Kind.NAME).text().equals("else")) {
      return new Statement.For(target, items, condition, recursive, body, closed("endfor"));
    }
    tokens.expect(Token.Kind.BLOCK_END);
    return new Statement.For(target, items, condition, recursive, body, List.of());
  }

  private Statement assignment() {
    Target target = target(true);
    if (tokens.skipSign("=")) {
      Expression value = tokens.tuple();
      tokens.expect(Token.Kind.BLOCK_END);
      return new Statement.Set(target, value);
    }
    Placeholder text = new Placeholder();
    Expression filtered = tokens.filters(text.expression(), false);
    text.statements().addAll(closed("endset"));
    return new Statement.Set(target, filtered);
  }

  /** A body that is read after what is done with it. */
  private record Placeholder(List<Statement> statements) {
    Placeholder() {
      this(new ArrayList<>());
    }

    Expression expression() {
      return new Expression.Body(statements);
    }
  }

  private Statement filter() {
    Placeholder text = new Placeholder();
    Expression filtered = tokens.filters(text.expression(), true);
    text.statements().addAll(closed("endfilter"));
    return new Statement.Output(filtered);
  }

  private Statement with() {
    List<Target> targets = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (tokens.peek().kind() != Token.Kind.BLOCK_END) {
      if (!targets.isEmpty()) {
        tokens.expectSign(",");
      }
      targets.add(single(false));
      tokens.expectSign("=");
      values.add(tokens.expression());
    }
    return new Statement.With(targets, values, closed("endwith"));
  }

  private Statement namedBlock() {
    String name = tokens.expect(Token.Kind.NAME).text();
    boolean scoped = tokens.skipName("scoped");
    tokens.skipName("required");
    List<Statement> body = opened(Set.of("endblock"));
    tokens.expect(Token.Kind.BLOCK_BEGIN);
    tokens.expectName("endblock");
    tokens.skipName(name);
    tokens.expect(Token.Kind.BLOCK_END);
    return new Statement.Block(scoped, body);
  }

  private void print(List<Statement> statements) {
    statements.add(new Statement.Output(tokens.expression()));
    while (tokens.skipSign(",")) {
      statements.add(new Statement.Output(tokens.expression()));
    }
    tokens.expect(Token.Kind.BLOCK_END);
  }

  private Statement macro() {
    String name = tokens.expect(Token.Kind.NAME).text();
    tokens.expectSign("(");
    Map<String, Optional<Expression>> parameters = parameters();
    int start = tokens.position();
    List<Statement> body = closed("endmacro");
    return new Statement.Define(signature(name, parameters, start), body);
  }

  private Statement call() {
    Map<String, Optional<Expression>> parameters =
        tokens.skipSign("(") ? parameters() : new LinkedHashMap<>();
    if (!(tokens.expression() instanceof Expression.Call call)) {
      throw tokens.unexpected();
    }
    int start = tokens.position();
    List<Statement> body = closed("endcall");
    return new Statement.Call(signature("caller", parameters, start), call, body);
  }

  private Macro.Signature signature(
      String name, Map<String, Optional<Expression>> parameters, int start) {
    return new Macro.Signature(
        name,
        parameters,
        Macro.Signature.MAY_ASK.stream().filter(asked -> tokens.mentions(asked, start)).toList());
  }

  private Map<String, Optional<Expression>> parameters() {
    Map<String, Optional<Expression>> parameters = new LinkedHashMap<>();
    while (!tokens.skipSign(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectSign(",");
      }
      String parameter = tokens.expect(Token.Kind.NAME).text();
      parameters.put(
          parameter, tokens.skipSign("=") ? Optional.of(tokens.expression()) : Optional.empty());
    }
    return parameters;
  }

  private Statement leave(Statement.Flow flow) {
    tokens.expect(Token.Kind.BLOCK_END);
    return new Statement.Leave(flow);
  }

  /** The end of a block's tag and the statements behind it; what ends them stays to be read. */
  private List<Statement> opened(Set<String> ends) {
    tokens.skipSign(":");
    tokens.expect(Token.Kind.BLOCK_END);
    return until(ends);
  }

  /** The end of a block's tag and the statements behind it, with the block that ends them. */
  private List<Statement> closed(String end) {
    List<Statement> body = opened(Set.of(end));
    tokens.expect(Token.Kind.BLOCK_BEGIN);
    tokens.expectName(end);
    tokens.expect(Token.Kind.BLOCK_END);
    return body;
  }

  private Target target(boolean inNamespace) {
    List<Target> targets = new ArrayList<>();
    boolean several = false;
    do {
      if (several && !isTarget()) {
        break;
      }
      targets.add(single(inNamespace));
      several = tokens.peek().is(Token.Kind.SIGN, ",");
    } while (tokens.skipSign(","));
    return targets.size() == 1 && !several ? targets.get(0) : new Target.Several(targets);
  }

  private boolean isTarget() {
    return (tokens.peek().kind() == Token.Kind.NAME && !tokens.peek().text().equals("in"))
        || tokens.peek().is(Token.Kind.SIGN, "(");
  }

  private Target single(boolean inNamespace) {
    if (tokens.skipSign("(")) {
      Target inside = target(inNamespace);
      tokens.expectSign(")");
      return inside;
    }
    String name = tokens.expect(Token.Kind.NAME).text();
    return inNamespace && tokens.skipSign(".")
        ? new Target.InNamespace(name, tokens.expect(Token.Kind.NAME).text())
        : new Target.Name(name);
  }
}
