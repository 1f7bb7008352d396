package dev.weft.privacy.keys;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.charset.StandardCharsets;

/**
 * What people call a site or a federation: any text in any script, as they typed it. Never an
 * identifier: that is its {@link NodeId}.
 *
 * @param text not blank, at most {@value #MOST_BYTES} bytes in UTF-8, without control characters
 */
public record DisplayName(String text) {
  /** In UTF-8 (privacy.md 4.1). */
  public static final int MOST_BYTES = 256;

  public DisplayName {
    if (text.isBlank()) {
      throw refused(text, "is blank; give it at least one letter");
    }
    if (text.codePoints().anyMatch(DisplayName::unprintable)) {
      throw refused(text, "has a control character or half a character; leave it out");
    }
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MOST_BYTES) {
      throw refused(
          text, Text.format("takes %d bytes; shorten it to at most %d", bytes, MOST_BYTES));
    }
  }

  /** Control characters break lines and logs; half a surrogate pair has no encoding. */
  private static boolean unprintable(int codePoint) {
    int type = Character.getType(codePoint);
    return type == Character.CONTROL
        || type == Character.SURROGATE
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }

  private static WeftException refused(String text, String why) {
    return new WeftException(
        Problem.BAD_VALUE, Text.format("the name %s %s", Text.quoted(text), why));
  }

  /** In quotes, for a sentence. */
  @Override
  public String toString() {
    return Text.quoted(text);
  }
}
