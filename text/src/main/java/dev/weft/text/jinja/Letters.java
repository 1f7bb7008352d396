package dev.weft.text.jinja;

import java.util.Locale;
import java.util.function.IntPredicate;

/** What Python knows of letters, which Java's library sees otherwise in places. */
final class Letters {
  private static final int NEXT_LINE = 0x85;

  private Letters() {}

  static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == NEXT_LINE;
  }

  static boolean isCased(int c) {
    return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
  }

  static boolean isNumeric(int c) {
    return switch (Character.getType(c)) {
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
      default -> false;
    };
  }

  /** Decimal digits and those set above or below the line or in circles. */
  static boolean isDigit(int c) {
    return Character.isDigit(c)
        || "\u00b2\u00b3\u00b9".indexOf(c) >= 0
        || (c >= 0x2070 && c <= 0x2089 && isNumeric(c))
        || (c >= 0x2460 && c <= 0x2468);
  }

  /** Whether there are letters and all of them pass. */
  static boolean all(String text, IntPredicate test) {
    return !text.isEmpty() && text.codePoints().allMatch(test);
  }

  static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /** The first letter large, all others small. */
  static String capitalized(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.offsetByCodePoints(0, 1);
    return title(text.codePointAt(0)) + lower(text.substring(first));
  }

  /** Every letter that follows none large, all others small. */
  static String titled(String text) {
    StringBuilder titled = new StringBuilder();
    boolean inWord = false;
    for (int c : text.codePoints().toArray()) {
      titled.append(inWord ? lower(Character.toString(c)) : title(c));
      inWord = isCased(c);
    }
    return titled.toString();
  }

  private static String title(int c) {
    int title = Character.toTitleCase(c);
    String upper = upper(Character.toString(c));
    // Letters such as the German sharp s become two, of which only the first is large.
    return upper.length() > Character.charCount(title)
        ? upper.substring(0, 1) + lower(upper.substring(1))
        : Character.toString(title);
  }

  static String swapped(String text) {
    StringBuilder swapped = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              String letter = Character.toString(c);
              swapped.append(Character.isUpperCase(c) ? lower(letter) : upper(letter));
            });
    return swapped.toString();
  }
}
