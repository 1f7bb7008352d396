package dev.weft.finetune.text.jinja;

import dev.weft.core.Text;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
      Values.append(output, text);
      return Flow.ON;
    }
  }

  /** {@code {{ value }}} */
  record Output(Expression value) implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder output) {
      scope.step();
      Values.append(output, Values.text(value.evaluate(scope)));
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

  /** {@code for names in items if condition}; what the body sets vanishes after each turn. */
  record For(
      List<String> names,
      Expression items,
      Expression condition,
      List<Statement> body,
      List<Statement> otherwise)
      implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder output) {
      List<Object> chosen =
          Values.items(items.evaluate(scope)).stream()
              .filter(item -> Values.isTrue(condition.evaluate(turn(scope, item))))
              .toList();
      if (chosen.isEmpty()) {
        return Statement.run(otherwise, scope, output);
      }
      for (int i = 0; i < chosen.size(); i++) {
        Scope turn = turn(scope, chosen.get(i));
        turn.set("loop", loop(chosen, i));
        if (Statement.run(body, turn, output) == Flow.BREAK) {
          break;
        }
      }
      return Flow.ON;
    }

    private Scope turn(Scope scope, Object item) {
      scope.step();
      Scope turn = scope.inner();
      Statement.assign(names, item, turn);
      return turn;
    }

    private static Map<String, Object> loop(List<Object> items, int i) {
      int size = items.size();
      Map<String, Object> loop = new HashMap<>();
      loop.put("index", i + 1L);
      loop.put("index0", (long) i);
      loop.put("revindex", (long) size - i);
      loop.put("revindex0", size - i - 1L);
      loop.put("first", i == 0);
      loop.put("last", i == size - 1);
      loop.put("length", (long) size);
      loop.put("previtem", i > 0 ? items.get(i - 1) : Absent.UNDEFINED);
      loop.put("nextitem", i < size - 1 ? items.get(i + 1) : Absent.UNDEFINED);
      return loop;
    }
  }

  /** {@code set names = value} */
  record Set(List<String> names, Expression value) implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder output) {
      scope.step();
      assign(names, value.evaluate(scope), scope);
      return Flow.ON;
    }
  }

  /** {@code set space.name = value}, which outlives the turn of a loop. */
  record SetIn(String space, String name, Expression value) implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder output) {
      scope.step();
      if (!(scope.find(space) instanceof Namespace names)) {
        throw new JinjaException(Text.format("%s is not a namespace", space));
      }
      names.put(name, value.evaluate(scope));
      return Flow.ON;
    }
  }

  /** {@code set name}, a body whose text is the value, and {@code endset} */
  record SetText(String name, List<Statement> body) implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder output) {
      StringBuilder text = new StringBuilder();
      Flow flow = Statement.run(body, scope.inner(), text);
      scope.set(name, text.toString());
      return flow;
    }
  }

  /** {@code macro name(parameters)}: a function whose value is the text of its body. */
  record Macro(String name, Map<String, Expression> parameters, List<Statement> body)
      implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder output) {
      Function macro = (arguments, named) -> call(scope, arguments, named);
      scope.set(name, macro);
      return Flow.ON;
    }

    private String call(Scope scope, List<Object> arguments, Map<String, Object> named) {
      Scope inner = scope.inner();
      int position = 0;
      for (Map.Entry<String, Expression> parameter : parameters.entrySet()) {
        Object given =
            position < arguments.size()
                ? arguments.get(position)
                : named.getOrDefault(parameter.getKey(), Absent.UNDEFINED);
        inner.set(
            parameter.getKey(),
            given == Absent.UNDEFINED ? parameter.getValue().evaluate(inner) : given);
        position++;
      }
      StringBuilder text = new StringBuilder();
      Statement.run(body, inner, text);
      return text.toString();
    }
  }

  /** {@code break} or {@code continue} */
  record Leave(Flow flow) implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder output) {
      return flow;
    }
  }

  private static void assign(List<String> names, Object value, Scope scope) {
    if (names.size() == 1) {
      scope.set(names.get(0), value);
      return;
    }
    List<Object> values = Values.items(value);
    if (values.size() != names.size()) {
      throw new JinjaException(
          Text.format("%d names are set to %d values", names.size(), values.size()));
    }
    for (int i = 0; i < names.size(); i++) {
      scope.set(names.get(i), values.get(i));
    }
  }
}
