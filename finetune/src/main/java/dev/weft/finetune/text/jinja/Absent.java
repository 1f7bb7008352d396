package dev.weft.finetune.text.jinja;

/** The two values that are none: a name that nobody set, and Python's {@code None}. */
enum Absent {
  UNDEFINED,
  NONE
}
