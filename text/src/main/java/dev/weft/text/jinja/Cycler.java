package dev.weft.text.jinja;

import java.util.List;
import java.util.Optional;

/** Gives its items one after the other, over and over. */
final class Cycler implements WithAttributes {
  private final List<Object> items;
  private int next;

  private Cycler(List<Object> items) {
    this.items = items;
  }

  static Cycler of(Arguments arguments) {
    if (arguments.positional().isEmpty()) {
      throw new JinjaException("cycler() needs at least one item");
    }
    return new Cycler(arguments.positional());
  }

  @Override
  public Optional<Object> attribute(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "current" -> items.get(next);
          case "next" -> (Callable) none -> advance();
          case "reset" -> (Callable) none -> reset();
          default -> null;
        });
  }

  private Object advance() {
    Object current = items.get(next);
    next = (next + 1) % items.size();
    return current;
  }

  private Object reset() {
    next = 0;
    return None.NONE;
  }
}
