package dev.weft.text.jinja;

/**
 * A piece of a template.
 *
 * @param text of a literal text or string the content, of all others as written
 * @param line it begins in, from 1
 */
record Token(Kind kind, String text, int line) {
  enum Kind {
    TEXT,
    OUTPUT_BEGIN,
    OUTPUT_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    SIGN,
    END
  }

  boolean is(Kind wanted, String written) {
    return kind == wanted && text.equals(written);
  }
}
