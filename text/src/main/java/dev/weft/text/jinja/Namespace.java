package dev.weft.text.jinja;

import dev.weft.core.Text;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Names that a template may change from within a loop. */
final class Namespace implements WithAttributes {
  private final Map<Object, Object> names = new LinkedHashMap<>();

  static Namespace of(Arguments arguments) {
    Namespace namespace = new Namespace();
    Maps.of(arguments).forEach((name, value) -> namespace.set(Written.text(name), value));
    return namespace;
  }

  /** As transformers has it, names that begin with an underscore are refused. */
  void set(String name, Object value) {
    if (name.startsWith("_")) {
      throw new JinjaException(
          Text.format("a namespace cannot hold '%s', which begins with an underscore", name));
    }
    names.put(name, value);
  }

  @Override
  public Optional<Object> attribute(String name) {
    return Optional.ofNullable(names.get(name));
  }

  @Override
  public String toString() {
    return "<Namespace " + Written.repr(names) + ">";
  }
}
