package dev.weft.text.jinja;

import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Items that can be gone over once, as Python's generators: always true, without a length, and
 * empty the second time.
 */
final class Generated {
  private final Iterator<Object> items;

  private Generated(Iterator<Object> items) {
    this.items = items;
  }

  static Generated of(List<?> items) {
    return of(items.stream());
  }

  static Generated of(Stream<?> items) {
    return new Generated(items.map(Object.class::cast).iterator());
  }

  Iterator<Object> items() {
    return items;
  }
}
