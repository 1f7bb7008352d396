package dev.weft.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Python's tuple.
 *
 * @param names of its items, for those that can be asked for by name; else empty
 */
record Tuple(List<Object> items, List<String> names) implements WithAttributes {
  Tuple {
    items = Collections.unmodifiableList(new ArrayList<>(items));
  }

  static Tuple of(List<?> items) {
    return new Tuple(new ArrayList<>(items), List.of());
  }

  static Tuple of(Object... items) {
    return of(List.of(items));
  }

  @Override
  public Optional<Object> attribute(String name) {
    int index = names.indexOf(name);
    return index < 0 ? Optional.empty() : Optional.of(items.get(index));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tuple tuple && items.equals(tuple.items);
  }

  @Override
  public int hashCode() {
    return items.hashCode();
  }
}
