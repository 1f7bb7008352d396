package dev.weft.privacy.secagg.primitive;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HKDF-SHA-256 (RFC 5869). */
final class Hkdf {
  private static final String HMAC = "HmacSHA256";
  static final int HASH_BYTES = 32;
  static final int MOST_BYTES = 255 * HASH_BYTES;

  private Hkdf() {}

  /**
   * @param salt empty for none
   * @param length at most {@link #MOST_BYTES}
   */
  static byte[] derive(byte[] material, byte[] salt, byte[] info, int length) {
    if (length < 0 || length > MOST_BYTES) {
      throw new IllegalArgumentException("length: must be 0 to " + MOST_BYTES + ", got " + length);
    }
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(salt.length == 0 ? new byte[HASH_BYTES] : salt, HMAC));
      byte[] extracted = mac.doFinal(material);
      mac.init(new SecretKeySpec(extracted, HMAC));
      Arrays.fill(extracted, (byte) 0);
      byte[] derived = new byte[length];
      byte[] block = new byte[0];
      for (int done = 0, number = 1; done < length; done += block.length, number++) {
        mac.update(block);
        mac.update(info);
        mac.update((byte) number);
        block = mac.doFinal();
        System.arraycopy(block, 0, derived, done, Math.min(block.length, length - done));
      }
      return derived;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + HMAC, e);
    }
  }
}
