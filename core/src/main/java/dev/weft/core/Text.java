package dev.weft.core;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.Locale;

/**
 * Text that says the same on every machine. A machine reads most of what Weft writes (digests,
 * paths, actor names, wire, pages), so no text depends on the locale; the build refuses every
 * method of the platform that does.
 */
public final class Text {
  private static final int LONGEST_NAME = 40;

  private Text() {}

  /** {@link String#format} with ASCII digits and a decimal point. */
  @FormatMethod
  public static String format(@FormatString String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  /**
   * What a user's data calls something, a class or a site, as a sentence may quote it: in quotes,
   * on one line, cut where a name would end and a text begin.
   */
  public static String quoted(String name) {
    String line = name.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", "\uFFFD");
    int length = line.codePointCount(0, line.length());
    return length <= LONGEST_NAME
        ? '"' + line + '"'
        : '"' + line.substring(0, line.offsetByCodePoints(0, LONGEST_NAME)) + "…\"";
  }

  /** Levenshtein distance: how many letters are changed, added or left out. */
  public static int distance(String left, String right) {
    int[] previous = new int[right.length() + 1];
    for (int j = 0; j < previous.length; j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int[] current = new int[right.length() + 1];
      current[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int substitution = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
        current[j] =
            Math.min(previous[j - 1] + substitution, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[right.length()];
  }
}
