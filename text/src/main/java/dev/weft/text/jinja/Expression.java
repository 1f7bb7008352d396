package dev.weft.text.jinja;

import dev.weft.core.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

  /** {@code [a, b]} */
  record ListOf(List<Expression> items) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return all(items, scope);
    }
  }

  /** {@code (a, b)} */
  record TupleOf(List<Expression> items) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return Tuple.of(all(items, scope));
    }
  }

  /** {@code {"a": b}} */
  record MapOf(Map<Expression, Expression> entries) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Map<Object, Object> map = new LinkedHashMap<>();
      entries.forEach((key, value) -> Maps.put(map, key.evaluate(scope), value.evaluate(scope)));
      return map;
    }
  }

  /** {@code of.name} */
  record Attribute(Expression of, String name) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      scope.step();
      return Attributes.attribute(of.evaluate(scope), name);
    }
  }

  /** {@code of[index]} */
  record Item(Expression of, Expression index) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      scope.step();
      return Attributes.item(of.evaluate(scope), index.evaluate(scope));
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

  /** {@code (a, name=b, *spread, **spreadNamed)} */
  record Given(
      List<Expression> positional,
      Map<String, Expression> named,
      List<Expression> spread,
      List<Expression> spreadNamed) {
    static final Given NOTHING = new Given(List.of(), new LinkedHashMap<>(), List.of(), List.of());

    Arguments values(Scope scope) {
      List<Object> values = all(positional, scope);
      Map<String, Object> byName = new LinkedHashMap<>();
      named.forEach((name, value) -> byName.put(name, value.evaluate(scope)));
      for (Expression more : spread) {
        values = Values.joined(values, Values.items(more.evaluate(scope)));
      }
      for (Expression more : spreadNamed) {
        if (!(more.evaluate(scope) instanceof Map<?, ?> map)) {
          throw new JinjaException("what stands behind ** is no mapping");
        }
        map.forEach((name, value) -> byName.put(Written.text(name), value));
      }
      return new Arguments(values, byName);
    }
  }

  /** {@code callee(arguments)} */
  record Call(Expression callee, Given arguments) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return evaluate(scope, arguments.values(scope));
    }

    Object evaluate(Scope scope, Arguments values) {
      scope.step();
      Object called = callee.evaluate(scope);
      if (called instanceof Callable function) {
        return function.call(values);
      }
      if (called instanceof Undefined undefined) {
        throw undefined.complaint();
      }
      throw new JinjaException(
          Text.format("a value of type %s is not a function or method", Values.type(called)));
    }
  }

  /** {@code of | name(arguments)} */
  record Filter(Expression of, String name, Given arguments) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      scope.step();
      return Filters.apply(name, of.evaluate(scope), arguments.values(scope));
    }
  }

  /** The text of a body: between {@code filter} or {@code set} and the end of the block. */
  record Body(List<Statement> statements) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      StringBuilder text = new StringBuilder();
      Statement.run(statements, scope.inner(), text);
      return text.toString();
    }
  }

  /** {@code of is name(arguments)} */
  record Test(Expression of, String name, Given arguments) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      scope.step();
      return Tests.holds(name, of.evaluate(scope), arguments.values(scope));
    }
  }

  /** {@code not of} */
  record Not(Expression of) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return !Values.isTrue(of.evaluate(scope));
    }
  }

  /** {@code -of} or {@code +of} */
  record Signed(String sign, Expression of) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object value = of.evaluate(scope);
      return sign.equals("-") ? Operators.negative(value) : Operators.apply("+", 0L, value);
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
      return Operators.apply(sign, left.evaluate(scope), right.evaluate(scope));
    }
  }

  /** {@code left < a <= b}: each value against the one before it, until one does not hold. */
  record Compared(Expression left, List<Comparison> comparisons) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object before = left.evaluate(scope);
      for (Comparison comparison : comparisons) {
        scope.step();
        Object next = comparison.right().evaluate(scope);
        if (!comparison.holds(before, next)) {
          return false;
        }
        before = next;
      }
      return true;
    }
  }

  /** {@code < right} and the like. */
  record Comparison(String sign, Expression right) {
    boolean holds(Object a, Object b) {
      return switch (sign) {
        case "==" -> Values.equal(a, b);
        case "!=" -> !Values.equal(a, b);
        case "<" -> Values.compare(a, b) < 0;
        case "<=" -> Values.compare(a, b) <= 0;
        case ">" -> Values.compare(a, b) > 0;
        case ">=" -> Values.compare(a, b) >= 0;
        case "in" -> Values.contains(b, a);
        default -> !Values.contains(b, a);
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
