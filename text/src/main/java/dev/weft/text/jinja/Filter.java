package dev.weft.text.jinja;

/** What changes a value behind a {@code |}. */
@FunctionalInterface
interface Filter {
  Object apply(Object value, Arguments arguments);
}
