package dev.weft.privacy.secagg.primitive;

import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** ChaCha20-Poly1305 (RFC 8439) with keys of a single use, hence always the nonce of zeros. */
final class ShareBox {
  private static final byte[] NONCE = new byte[12];

  private ShareBox() {}

  static byte[] seal(Secret key, byte[] about, byte[] text) {
    try {
      return cipher(Cipher.ENCRYPT_MODE, key, NONCE, about).doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing cannot fail", e);
    }
  }

  static Optional<byte[]> open(Secret key, byte[] about, byte[] sealed) {
    return open(key, NONCE, about, sealed);
  }

  static Optional<byte[]> open(Secret key, byte[] nonce, byte[] about, byte[] sealed) {
    try {
      return Optional.of(cipher(Cipher.DECRYPT_MODE, key, nonce, about).doFinal(sealed));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has ChaCha20-Poly1305", e);
    }
  }

  private static Cipher cipher(int mode, Secret key, byte[] nonce, byte[] about)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
    cipher.init(mode, new SecretKeySpec(key.bytes(), "ChaCha20"), new IvParameterSpec(nonce));
    cipher.updateAAD(about);
    return cipher;
  }
}
