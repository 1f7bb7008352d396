package dev.weft.text.jinja;

/** Nothing at the first call, then always the separator. */
final class Joiner implements Callable {
  private final Object separator;
  private boolean used;

  private Joiner(Object separator) {
    this.separator = separator;
  }

  static Joiner of(Arguments arguments) {
    return new Joiner(arguments.bind("joiner", "sep").or("sep", ", "));
  }

  @Override
  public Object call(Arguments arguments) {
    if (!used) {
      used = true;
      return "";
    }
    return separator;
  }
}
