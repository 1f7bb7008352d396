package dev.weft.privacy.keys;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The SHA-256 of a certificate or public key as people compare it: 32 pairs of upper-case
 * hexadecimal digits with colons between, as {@code openssl x509 -fingerprint -sha256} prints it.
 */
public record Fingerprint(Digest digest) {
  static final int BYTES = 32;

  private static final HexFormat COLONS = HexFormat.ofDelimiter(":").withUpperCase();

  static Fingerprint of(byte[] encoded) {
    return new Fingerprint(Digest.of(encoded));
  }

  /** Of its 32 bytes. */
  static Fingerprint ofBytes(byte[] bytes) {
    return new Fingerprint(new Digest(HexFormat.of().formatHex(bytes)));
  }

  /**
   * What {@link #toString} printed, in capital or small letters, with colons or without.
   *
   * @throws WeftException if it is anything else
   */
  public static Fingerprint parse(String text) {
    String hex = text.strip().replace(":", "").toLowerCase(Locale.ROOT);
    if (!hex.matches("[0-9a-f]{64}")) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format(
              "%s is no SHA-256 fingerprint; give 32 pairs of hexadecimal digits with colons"
                  + " between",
              Text.quoted(text)));
    }
    return new Fingerprint(new Digest(hex));
  }

  byte[] bytes() {
    return HexFormat.of().parseHex(digest.hex());
  }

  @Override
  public String toString() {
    return COLONS.formatHex(bytes());
  }
}
