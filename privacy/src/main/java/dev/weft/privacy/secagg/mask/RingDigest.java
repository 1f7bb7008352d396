package dev.weft.privacy.secagg.mask;

import dev.weft.core.Digest;
import dev.weft.core.update.RingSource;
import dev.weft.core.update.RingVector;
import dev.weft.privacy.keys.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;

/**
 * SHA-256 over the integers of a vector, each as the one nearest to zero of its class: four bytes
 * up to 32 bits and eight above, little-endian.
 */
public final class RingDigest {
  private static final int BLOCK = 1 << 13;

  private RingDigest() {}

  public static Bytes of(RingSource vector) {
    MessageDigest sha256 = Digest.sha256();
    int step = vector.bits() > Integer.SIZE ? Long.BYTES : Integer.BYTES;
    ByteBuffer bytes = ByteBuffer.allocate(BLOCK * step).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < vector.size(); from += BLOCK) {
      RingVector part = vector.range(from, Math.min(BLOCK, vector.size() - from));
      bytes.clear();
      for (int i = 0; i < part.size(); i++) {
        long value = part.at(i);
        if (step == Long.BYTES) {
          bytes.putLong(value);
        } else {
          bytes.putInt((int) value);
        }
      }
      sha256.update(bytes.flip());
    }
    return Bytes.of(sha256.digest());
  }
}
