package dev.weft.text.jinja;

import java.util.Optional;

/** A value that is none of Java's own types. */
interface WithAttributes {
  /** {@code value.name}, if it has such an attribute. */
  Optional<Object> attribute(String name);
}
