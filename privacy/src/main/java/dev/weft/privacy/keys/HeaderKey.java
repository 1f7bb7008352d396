package dev.weft.privacy.keys;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;

/**
 * Carries the key of one sealed artifact to its reader by HPKE (RFC 9180), base mode, DHKEM(X25519,
 * HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.
 */
final class HeaderKey {
  /** Of the key inside. */
  static final int KEY_BYTES = 32;

  /** Of the encapsulation, the key and its tag. */
  static final int WRAPPED_BYTES = SealingKey.BYTES + KEY_BYTES + 16;

  private static final byte[] INFO = new FieldWriter("weft/v1/sealed-box").toArray();

  private HeaderKey() {}

  static HPKE hpke() {
    return new HPKE(
        HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_CHACHA20_POLY1305);
  }

  static byte[] wrap(byte[] key, SealingKey to, byte[] aad, SecureRandom random) {
    AsymmetricCipherKeyPair ephemeral = OpeningKey.generate(random).pair();
    try {
      HPKEContextWithEncapsulation context = hpke().setupBaseS(to.parameters(), INFO, ephemeral);
      byte[] encapsulation = context.getEncapsulation();
      byte[] sealed = context.seal(aad, key);
      byte[] wrapped = Arrays.copyOf(encapsulation, encapsulation.length + sealed.length);
      System.arraycopy(sealed, 0, wrapped, encapsulation.length, sealed.length);
      return wrapped;
    } catch (InvalidCipherTextException e) {
      throw new IllegalStateException("sealing cannot fail", e);
    }
  }

  /**
   * @throws WeftException if it was wrapped for another key, with other data, or was changed
   */
  static byte[] unwrap(byte[] wrapped, OpeningKey by, byte[] aad) {
    byte[] encapsulation = Arrays.copyOf(wrapped, SealingKey.BYTES);
    byte[] sealed = Arrays.copyOfRange(wrapped, SealingKey.BYTES, wrapped.length);
    try {
      return hpke().setupBaseR(encapsulation, by.pair(), INFO).open(aad, sealed);
    } catch (InvalidCipherTextException | IllegalArgumentException | IllegalStateException e) {
      throw new WeftException(
          Problem.SEAL_BROKEN,
          "a sealed artifact does not open with the key "
              + by.sealingKey()
              + ": it was sealed for another key or another artifact, or its beginning was changed",
          e);
    }
  }
}
