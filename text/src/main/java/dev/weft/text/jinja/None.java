package dev.weft.text.jinja;

/** Python's {@code None}. */
enum None {
  NONE
}
