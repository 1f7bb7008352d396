package dev.weft.privacy.keys;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Seals and opens the numbered segments of one artifact. */
final class Segments {
  static final int TAG_BYTES = 16;

  /** Of a nonce; four more count the segments and one says which is the last. */
  static final int PREFIX_BYTES = 7;

  /** So many segments have numbers: 256 TiB. */
  static final long MOST = 1L << 32;

  private final SecretKeySpec key;
  private final byte[] prefix;
  private final byte[] aad;

  /**
   * @param key 32 bytes, for this artifact alone
   * @param prefix of all nonces
   * @param aad what every segment is about
   */
  Segments(byte[] key, byte[] prefix, byte[] aad) {
    this.key = new SecretKeySpec(key, "ChaCha20");
    this.prefix = prefix.clone();
    this.aad = aad.clone();
  }

  byte[] seal(byte[] plain, int length, long number, boolean last) {
    try {
      return cipher(Cipher.ENCRYPT_MODE, number, last).doFinal(plain, 0, length);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing cannot fail", e);
    }
  }

  /** The plain bytes, unless these are not the sealed segment of this number and place. */
  Optional<byte[]> open(byte[] sealed, int length, long number, boolean last) {
    try {
      return Optional.of(cipher(Cipher.DECRYPT_MODE, number, last).doFinal(sealed, 0, length));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has ChaCha20-Poly1305", e);
    }
  }

  private Cipher cipher(int mode, long number, boolean last) throws GeneralSecurityException {
    if (number >= MOST) {
      throw SealedBox.broken("a sealed artifact holds at most 256 TiB; divide it");
    }
    byte[] nonce =
        ByteBuffer.allocate(PREFIX_BYTES + Integer.BYTES + 1)
            .put(prefix)
            .putInt((int) number)
            .put((byte) (last ? 1 : 0))
            .array();
    Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
    cipher.init(mode, key, new IvParameterSpec(nonce));
    cipher.updateAAD(aad);
    return cipher;
  }
}
