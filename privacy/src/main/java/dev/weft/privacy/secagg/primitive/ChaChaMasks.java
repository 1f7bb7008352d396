package dev.weft.privacy.secagg.primitive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * ChaCha20 (RFC 8439): the key is the seed, the nonce {@code u32le chunk ‖ 0⁸}, and the block
 * counter of a chunk begins at 0 (privacy.md 1.2).
 */
final class ChaChaMasks implements MaskGenerator {
  private static final int NONCE_BYTES = 12;

  private byte[] zeros = new byte[0];

  @Override
  public void generate(Secret seed, int chunk, int from, byte[] out, int length) {
    if (zeros.length < length) {
      zeros = new byte[length];
    }
    byte[] nonce =
        ByteBuffer.allocate(NONCE_BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(chunk).array();
    try {
      Cipher cipher = Cipher.getInstance("ChaCha20");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(seed.bytes(), "ChaCha20"),
          new ChaCha20ParameterSpec(nonce, from / STEP));
      cipher.update(zeros, 0, length, out, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a keystream cannot fail", e);
    }
  }
}
