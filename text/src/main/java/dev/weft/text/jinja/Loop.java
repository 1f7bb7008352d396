package dev.weft.text.jinja;

import java.util.List;
import java.util.Optional;

/** What a template knows of the loop it is in. */
final class Loop implements WithAttributes, Callable {
  /** Writes the body of a recursive loop for further items, a level deeper. */
  interface Recursion {
    String run(Object items, int depth);
  }

  private final List<Object> items;
  private final int depth;
  private final Optional<Recursion> recursion;
  private List<Object> lastChecked = List.of(this);
  private int index;

  /**
   * @param depth how many loops of its own a recursive one is in, from 0
   */
  Loop(List<Object> items, int depth, Optional<Recursion> recursion) {
    this.items = items;
    this.depth = depth;
    this.recursion = recursion;
  }

  void at(int item) {
    index = item;
  }

  @Override
  public Optional<Object> attribute(String name) {
    int size = items.size();
    return Optional.ofNullable(
        switch (name) {
          case "index" -> index + 1L;
          case "index0" -> (long) index;
          case "revindex" -> (long) size - index;
          case "revindex0" -> size - index - 1L;
          case "first" -> index == 0;
          case "last" -> index == size - 1;
          case "length" -> (long) size;
          case "depth" -> depth + 1L;
          case "depth0" -> (long) depth;
          case "previtem" ->
              index > 0 ? items.get(index - 1) : Undefined.because("there is no previous item");
          case "nextitem" ->
              index < size - 1 ? items.get(index + 1) : Undefined.because("there is no next item");
          case "cycle" -> (Callable) this::cycle;
          case "changed" -> (Callable) this::changed;
          default -> null;
        });
  }

  private Object cycle(Arguments arguments) {
    List<Object> values = arguments.positional();
    if (values.isEmpty()) {
      throw new JinjaException("loop.cycle() needs something to go through");
    }
    return values.get(index % values.size());
  }

  private Object changed(Arguments arguments) {
    boolean changed = !Values.equal(lastChecked, arguments.positional());
    lastChecked = arguments.positional();
    return changed;
  }

  @Override
  public Object call(Arguments arguments) {
    Recursion body =
        recursion.orElseThrow(
            () -> new JinjaException("only a loop that is marked recursive can be called"));
    return body.run(arguments.bind("loop", "iterable").required("iterable"), depth + 1);
  }

  @Override
  public String toString() {
    return "<LoopContext " + (index + 1) + "/" + items.size() + ">";
  }
}
