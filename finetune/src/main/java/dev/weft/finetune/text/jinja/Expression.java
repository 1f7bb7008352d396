package dev.weft.finetune.text.jinja;

import dev.weft.core.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A part of a template that has a value. */
sealed interface Expression {

  Object evaluate(Scope scope);

  /** A value written in the template. */
  record Literal(Object value) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return value;
    }
  }

  /** {@code name} */
  record Name(String name) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      scope.step();
      return scope.find(name);
    }
  }

  /** {@code [a, b]} or {@code (a, b)} */
  record ListOf(List<Expression> items) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return all(items, scope);
    }
  }

  /** {@code {"a": b}} */
  record MapOf(Map<Expression, Expression> entries) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Map<Object, Object> map = new LinkedHashMap<>();
      entries.forEach((key, value) -> map.put(key.evaluate(scope), value.evaluate(scope)));
      return map;
    }
  }

  /** {@code of.name} or {@code of[index]} */
  record Item(Expression of, Expression index) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      scope.step();
      return Values.item(of.evaluate(scope), index.evaluate(scope));
    }
  }

  /** {@code of[from:to:step]} */
  record Slice(Expression of, Expression from, Expression to, Expression step)
      implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      scope.step();
      return Values.slice(
          of.evaluate(scope), from.evaluate(scope), to.evaluate(scope), step.evaluate(scope));
    }
  }

  /** Arguments of a call, by position and by name. */
  record Arguments(List<Expression> positional, Map<String, Expression> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());

    List<Object> values(Scope scope) {
      return all(positional, scope);
    }

    Map<String, Object> namedValues(Scope scope) {
      Map<String, Object> values = new LinkedHashMap<>();
      named.forEach((name, value) -> values.put(name, value.evaluate(scope)));
      return values;
    }
  }

  /** {@code callee(arguments)} */
  record Call(Expression callee, Arguments arguments) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      scope.step();
      List<Object> values = arguments.values(scope);
      if (callee instanceof Item item
          && item.index() instanceof Literal literal
          && literal.value() instanceof String method) {
        Object receiver = item.of().evaluate(scope);
        Optional<Object> result = Methods.call(receiver, method, values);
        if (result.isPresent()) {
          return result.get();
        }
      }
      if (callee.evaluate(scope) instanceof Function function) {
        return function.call(values, arguments.namedValues(scope));
      }
      throw new JinjaException(Text.format("%s is not a function or method", described()));
    }

    private String described() {
      if (callee instanceof Name name) {
        return name.name();
      }
      return callee instanceof Item item && item.index() instanceof Literal literal
          ? Values.text(literal.value())
          : "a value";
    }
  }

  /** {@code of | name(arguments)} */
  record Filter(Expression of, String name, Arguments arguments) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      scope.step();
      return Filters.apply(
          name, of.evaluate(scope), arguments.values(scope), arguments.namedValues(scope));
    }
  }

  /** {@code of is name(arguments)} */
  record Test(Expression of, String name, List<Expression> arguments) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      scope.step();
      return Tests.holds(name, of.evaluate(scope), all(arguments, scope));
    }
  }

  /** {@code not of} */
  record Not(Expression of) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return !Values.isTrue(of.evaluate(scope));
    }
  }

  /** {@code -of} */
  record Negative(Expression of) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return Values.arithmetic("-", 0L, of.evaluate(scope));
    }
  }

  /** {@code left and right}: the first value that decides. */
  record And(Expression left, Expression right) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object value = left.evaluate(scope);
      return Values.isTrue(value) ? right.evaluate(scope) : value;
    }
  }

  /** {@code left or right}: the first value that decides. */
  record Or(Expression left, Expression right) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object value = left.evaluate(scope);
      return Values.isTrue(value) ? value : right.evaluate(scope);
    }
  }

  /** {@code then if condition else otherwise} */
  record Choice(Expression condition, Expression then, Expression otherwise) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return (Values.isTrue(condition.evaluate(scope)) ? then : otherwise).evaluate(scope);
    }
  }

  /** {@code left + right} and the like. */
  record Arithmetic(String sign, Expression left, Expression right) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      scope.step();
      return Values.arithmetic(sign, left.evaluate(scope), right.evaluate(scope));
    }
  }

  /** {@code left == right} and the like. */
  record Comparison(String sign, Expression left, Expression right) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      scope.step();
      Object a = left.evaluate(scope);
      Object b = right.evaluate(scope);
      return switch (sign) {
        case "==" -> Values.equal(a, b);
        case "!=" -> !Values.equal(a, b);
        case "<" -> Values.compare(a, b) < 0;
        case "<=" -> Values.compare(a, b) <= 0;
        case ">" -> Values.compare(a, b) > 0;
        case ">=" -> Values.compare(a, b) >= 0;
        default -> Values.contains(b, a);
      };
    }
  }

  private static List<Object> all(List<Expression> expressions, Scope scope) {
    List<Object> values = new ArrayList<>(expressions.size());
    for (Expression expression : expressions) {
      values.add(expression.evaluate(scope));
    }
    return values;
  }
}
