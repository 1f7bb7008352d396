package dev.weft.core.random;

/**
 * Philox4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as
 * 1, 2, 3" (SC 2011). Its output is a pure function of key and counter, so every machine, thread
 * and order of use draws the same numbers.
 */
final class Philox {
  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final long LOW = 0xFFFFFFFFL;

  private Philox() {}

  /** Enciphers the counter {@code c[4]} in place under the key {@code (k0, k1)}. */
  static void block(int[] c, int k0, int k1) {
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = MULTIPLIER_0 * (c[0] & LOW);
      long p1 = MULTIPLIER_1 * (c[2] & LOW);
      int next0 = (int) (p1 >>> 32) ^ c[1] ^ k0;
      int next2 = (int) (p0 >>> 32) ^ c[3] ^ k1;
      c[1] = (int) p1;
      c[3] = (int) p0;
      c[0] = next0;
      c[2] = next2;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
  }
}
