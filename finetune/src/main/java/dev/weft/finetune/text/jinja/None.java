package dev.weft.finetune.text.jinja;

/** Python's {@code None}. */
enum None {
  NONE
}
