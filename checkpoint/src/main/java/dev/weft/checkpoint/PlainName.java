package dev.weft.checkpoint;

/**
 * Names that come from files and go into messages: a file may not write over a person's terminal
 * with them.
 */
final class PlainName {
  private static final int LONGEST = 512;

  private PlainName() {}

  /** Whether the text is one line of readable length. */
  static boolean isPlain(String text) {
    return text.length() <= LONGEST && text.chars().noneMatch(Character::isISOControl);
  }
}
