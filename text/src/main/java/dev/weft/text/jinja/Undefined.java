package dev.weft.text.jinja;

import dev.weft.core.Text;

/**
 * A name that nobody set. It is written as nothing, is false and has no items; all else that is
 * asked of it is an error, whose sentence it carries.
 */
final class Undefined {
  private final String complaint;

  private Undefined(String complaint) {
    this.complaint = complaint;
  }

  static Undefined because(String complaint) {
    return new Undefined(complaint);
  }

  static Undefined name(String name) {
    return new Undefined(Text.format("'%s' is undefined", name));
  }

  /** What {@code of} lacks. */
  static Undefined item(Object of, Object index) {
    return new Undefined(
        Text.format(
            index instanceof String ? "'%s' has no attribute %s" : "%s has no element %s",
            of == None.NONE ? "None" : Values.type(of) + " object",
            Written.repr(index)));
  }

  JinjaException complaint() {
    return new JinjaException(complaint);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Undefined;
  }

  @Override
  public int hashCode() {
    return 0;
  }
}
