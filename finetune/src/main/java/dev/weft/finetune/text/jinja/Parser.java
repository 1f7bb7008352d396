package dev.weft.finetune.text.jinja;

import dev.weft.core.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
          statements.add(new Statement.Output(tokens.list()));
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
      // Marks what an assistant says; where that begins is known here without it.
      case "generation" -> {
        tokens.expect(Token.Kind.BLOCK_END);
        statements.addAll(body("endgeneration"));
      }
      default ->
          throw new JinjaException(
              Text.format("line %d: the block %s is not known", word.line(), word.text()));
    }
  }

  private Statement choice() {
    Expression condition = tokens.expression();
    tokens.expect(Token.Kind.BLOCK_END);
    List<Statement> then = until(Set.of("elif", "else", "endif"));
    tokens.expect(Token.Kind.BLOCK_BEGIN);
    return switch (tokens.expect(Token.Kind.NAME).text()) {
      case "elif" -> new Statement.If(condition, then, List.of(choice()));
      case "else" -> {
        tokens.expect(Token.Kind.BLOCK_END);
        yield new Statement.If(condition, then, body("endif"));
      }
      default -> {
        tokens.expect(Token.Kind.BLOCK_END);
        yield new Statement.If(condition, then, List.of());
      }
    };
  }

  private Statement loop() {
    List<String> names = names();
    tokens.expectName("in");
    Expression items = tokens.or();
    Expression condition =
        tokens.skipName("if") ? tokens.expression() : new Expression.Literal(true);
    tokens.expect(Token.Kind.BLOCK_END);
    List<Statement> body = until(Set.of("else", "endfor"));
    tokens.expect(Token.Kind.BLOCK_BEGIN);
    boolean otherwise = tokens.expect(Token.Kind.NAME).text().equals("else");
    tokens.expect(Token.Kind.BLOCK_END);
    return new Statement.For(names, items, condition, body, otherwise ? body("endfor") : List.of());
  }

  private Statement assignment() {
    List<String> names = names();
    if (names.size() == 1 && tokens.skipSign(".")) {
      String field = tokens.expect(Token.Kind.NAME).text();
      tokens.expectSign("=");
      Expression value = tokens.list();
      tokens.expect(Token.Kind.BLOCK_END);
      return new Statement.SetIn(names.get(0), field, value);
    }
    if (names.size() == 1 && tokens.peek().kind() == Token.Kind.BLOCK_END) {
      tokens.next();
      return new Statement.SetText(names.get(0), body("endset"));
    }
    tokens.expectSign("=");
    Expression value = tokens.list();
    tokens.expect(Token.Kind.BLOCK_END);
    return new Statement.Set(names, value);
  }

  private Statement macro() {
    String name = tokens.expect(Token.Kind.NAME).text();
    tokens.expectSign("(");
    Map<String, Expression> parameters = new LinkedHashMap<>();
    while (!tokens.skipSign(")")) {
      String parameter = tokens.expect(Token.Kind.NAME).text();
      parameters.put(
          parameter,
          tokens.skipSign("=") ? tokens.expression() : new Expression.Literal(Absent.UNDEFINED));
      tokens.skipSign(",");
    }
    tokens.expect(Token.Kind.BLOCK_END);
    return new Statement.Macro(name, parameters, body("endmacro"));
  }

  private Statement leave(Statement.Flow flow) {
    tokens.expect(Token.Kind.BLOCK_END);
    return new Statement.Leave(flow);
  }

  /** Statements with the block that ends them. */
  private List<Statement> body(String end) {
    List<Statement> body = until(Set.of(end));
    tokens.expect(Token.Kind.BLOCK_BEGIN);
    tokens.expectName(end);
    tokens.expect(Token.Kind.BLOCK_END);
    return body;
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    do {
      names.add(tokens.expect(Token.Kind.NAME).text());
    } while (tokens.skipSign(","));
    return names;
  }
}
