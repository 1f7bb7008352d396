package dev.weft.text.jinja;

import dev.weft.core.Text;
import java.util.List;

/** What a value is given to. */
sealed interface Target {

  void assign(Object value, Scope scope);

  /** {@code name} */
  record Name(String name) implements Target {
    @Override
    public void assign(Object value, Scope scope) {
      scope.set(name, value);
    }
  }

  /** {@code space.name}, which outlives the turn of a loop. */
  record InNamespace(String space, String name) implements Target {
    @Override
    public void assign(Object value, Scope scope) {
      if (!(scope.find(space) instanceof Namespace names)) {
        throw new JinjaException(Text.format("%s is not a namespace", space));
      }
      names.set(name, value);
    }
  }

  /** {@code a, (b, c)} */
  record Several(List<Target> targets) implements Target {
    @Override
    public void assign(Object value, Scope scope) {
      List<Object> values = Values.items(value);
      if (values.size() != targets.size()) {
        throw new JinjaException(
            Text.format("%d names are set to %d values", targets.size(), values.size()));
      }
      for (int i = 0; i < targets.size(); i++) {
        targets.get(i).assign(values.get(i), scope);
      }
    }
  }
}
