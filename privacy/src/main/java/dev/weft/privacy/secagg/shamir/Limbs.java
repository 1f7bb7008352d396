package dev.weft.privacy.secagg.shamir;

import java.nio.ByteBuffer;

/** A secret of 32 bytes as five field elements: big-endian integers of 7, 7, 7, 7 and 4 bytes. */
final class Limbs {
  static final int NUMBER = 5;
  private static final int BYTES = 7;

  private Limbs() {}

  static long[] of(byte[] secret) {
    long[] limbs = new long[NUMBER];
    for (int i = 0; i < secret.length; i++) {
      limbs[i / BYTES] = (limbs[i / BYTES] << Byte.SIZE) | (secret[i] & 0xFF);
    }
    return limbs;
  }

  /**
   * The secret; false if the elements are none.
   *
   * @param secret takes the 32 bytes
   */
  static boolean join(long[] limbs, byte[] secret) {
    long beyond = 0;
    for (int limb = 0; limb < NUMBER; limb++) {
      int from = limb * BYTES;
      int size = Math.min(BYTES, secret.length - from);
      beyond |= limbs[limb] >>> (size * Byte.SIZE);
      byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(limbs[limb]).array();
      System.arraycopy(bytes, Long.BYTES - size, secret, from, size);
    }
    return beyond == 0;
  }
}
