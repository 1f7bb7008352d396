package dev.weft.privacy.keys;

import dev.weft.core.Text;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** One connection of one node, as 32 hexadecimal digits; drawn anew for each, never reused. */
public record SessionId(String hex) {
  private static final int BYTES = 16;
  static final int DIGITS = 2 * BYTES;
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{" + DIGITS + "}");

  public SessionId {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          Text.format(
              "session: %d lower-case hexadecimal digits needed, got %s",
              DIGITS, Text.quoted(hex)));
    }
  }

  public static SessionId draw(SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new SessionId(HexFormat.of().formatHex(bytes));
  }

  @Override
  public String toString() {
    return hex;
  }
}
