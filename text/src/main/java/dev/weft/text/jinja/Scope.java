package dev.weft.text.jinja;

import java.util.HashMap;
import java.util.Map;

/** The names a template sees, and how much work it may still do. */
final class Scope {
  /** No chat template comes near; a hostile one ends here. */
  private static final int MOST_STEPS = 2_000_000;

  private final Scope outer;
  private final Map<String, Object> names;
  private final int[] steps;

  private Scope(Scope outer, Map<String, Object> names, int[] steps) {
    this.outer = outer;
    this.names = names;
    this.steps = steps;
  }

  static Scope of(Map<String, Object> names) {
    return new Scope(null, new HashMap<>(names), new int[1]);
  }

  /** A scope whose own names vanish with it. */
  Scope inner() {
    return new Scope(this, new HashMap<>(), steps);
  }

  /** A scope that sees what the template sets outside of all loops. */
  Scope outermost() {
    Scope scope = this;
    while (scope.outer != null) {
      scope = scope.outer;
    }
    return scope.inner();
  }

  Object find(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Object value = scope.names.get(name);
      if (value != null) {
        return value;
      }
    }
    return Undefined.name(name);
  }

  void set(String name, Object value) {
    names.put(name, value);
  }

  /** Counts a step of work. */
  void step() {
    if (++steps[0] > MOST_STEPS) {
      throw new JinjaException("the template does not come to an end");
    }
  }
}
