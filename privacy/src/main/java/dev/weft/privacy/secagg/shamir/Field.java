package dev.weft.privacy.secagg.shamir;

/**
 * The integers modulo the prime p = 2^61 − 1. No branch and no memory access depends on a value.
 * Arguments and results are in [0, p).
 */
final class Field {
  static final int BITS = 61;
  static final long PRIME = (1L << BITS) - 1;

  private Field() {}

  static boolean contains(long value) {
    return value >= 0 && value < PRIME;
  }

  static long add(long left, long right) {
    return reduced(left + right);
  }

  static long subtract(long left, long right) {
    return reduced(left - right + PRIME);
  }

  /** With 2^61 = 1, the product of 122 bits is its low 61 bits plus its high 61 bits. */
  static long multiply(long left, long right) {
    long high = Math.multiplyHigh(left, right);
    long low = left * right;
    return reduced((low & PRIME) + (high << (Long.SIZE - BITS) | low >>> BITS));
  }

  /** By Fermat, a^(p − 2); the inverse of 0 is 0. The exponent is public. */
  static long inverse(long value) {
    long power = value;
    for (int bit = BITS - 2; bit >= 0; bit--) {
      power = multiply(power, power);
      if ((((PRIME - 2) >>> bit) & 1) == 1) {
        power = multiply(power, value);
      }
    }
    return power;
  }

  /** Of a number in [0, 2p). */
  private static long reduced(long value) {
    long less = value - PRIME;
    return less + (less >> (Long.SIZE - 1) & PRIME);
  }
}
