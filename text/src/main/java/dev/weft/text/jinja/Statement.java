package dev.weft.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A part of a template that writes text or sets names. */
sealed interface Statement {

  /** What a statement wants of the loop around it. */
  enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  Flow run(Scope scope, StringBuilder output);

  /** Runs statements until one wants to leave. */
  static Flow run(List<Statement> statements, Scope scope, StringBuilder output) {
    for (Statement statement : statements) {
      Flow flow = statement.run(scope, output);
      if (flow != Flow.ON) {
        return flow;
      }
    }
    return Flow.ON;
  }

  /** Text as it stands. */
  record Verbatim(String text) implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder output) {
      scope.step();
      Written.append(output, text);
      return Flow.ON;
    }
  }

  /** {@code {{ value }}} */
  record Output(Expression value) implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder output) {
      scope.step();
      Written.append(output, Written.text(value.evaluate(scope)));
      return Flow.ON;
    }
  }

  /** {@code if}, {@code elif} and {@code else} as nested choices. */
  record If(Expression condition, List<Statement> then, List<Statement> otherwise)
      implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder output) {
      return Statement.run(
          Values.isTrue(condition.evaluate(scope)) ? then : otherwise, scope, output);
    }
  }

  /** {@code for target in items if condition}; what the body sets vanishes after each turn. */
  record For(
      Target target,
      Expression items,
      Expression condition,
      boolean recursive,
      List<Statement> body,
      List<Statement> otherwise)
      implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder output) {
      return run(items.evaluate(scope), 0, scope, output);
    }

    private Flow run(Object value, int depth, Scope scope, StringBuilder output) {
      List<Object> chosen = new ArrayList<>();
      for (Object item : Values.items(value)) {
        if (Values.isTrue(condition.evaluate(turn(scope, item)))) {
          chosen.add(item);
        }
      }
      if (chosen.isEmpty()) {
        return Statement.run(otherwise, scope.inner(), output);
      }
      Loop loop =
          new Loop(
              chosen,
              depth,
              recursive
                  ? Optional.of((inner, level) -> text(inner, level, scope))
                  : Optional.empty());
      for (int i = 0; i < chosen.size(); i++) {
        Scope turn = turn(scope, chosen.get(i));
        loop.at(i);
        turn.set("loop", loop);
        if (Statement.run(body, turn, output) == Flow.BREAK) {
          break;
        }
      }
      return Flow.ON;
    }

    private String text(Object inner, int depth, Scope scope) {
      StringBuilder text = new StringBuilder();
      run(inner, depth, scope, text);
      return text.toString();
    }

    private Scope turn(Scope scope, Object item) {
      scope.step();
      Scope turn = scope.inner();
      target.assign(item, turn);
      return turn;
    }
  }

  /** {@code set target = value} */
  record Set(Target target, Expression value) implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder output) {
      scope.step();
      target.assign(value.evaluate(scope), scope);
      return Flow.ON;
    }
  }

  /** {@code with name = value}: a body with names of its own. */
  record With(List<Target> targets, List<Expression> values, List<Statement> body)
      implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder output) {
      Scope inner = scope.inner();
      for (int i = 0; i < targets.size(); i++) {
        targets.get(i).assign(values.get(i).evaluate(scope), inner);
      }
      return Statement.run(body, inner, output);
    }
  }

  /** {@code block}: a body that sees what is set outside of loops, or all if it is scoped. */
  record Block(boolean scoped, List<Statement> body) implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder output) {
      return Statement.run(body, scoped ? scope.inner() : scope.outermost(), output);
    }
  }

  /** {@code macro name(parameters)} */
  record Define(Macro.Signature signature, List<Statement> body) implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder output) {
      scope.set(signature.name(), new Macro(signature, body, scope));
      return Flow.ON;
    }
  }

  /** {@code call(parameters) macro(arguments)}: the body is what the macro knows as caller. */
  record Call(Macro.Signature signature, Expression.Call call, List<Statement> body)
      implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder output) {
      Arguments given = call.arguments().values(scope);
      Map<String, Object> named = new LinkedHashMap<>(given.named());
      named.put("caller", new Macro(signature, body, scope));
      Object text = call.evaluate(scope, new Arguments(given.positional(), named));
      Written.append(output, Written.text(text));
      return Flow.ON;
    }
  }

  /** {@code break} or {@code continue} */
  record Leave(Flow flow) implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder output) {
      return flow;
    }
  }
}
