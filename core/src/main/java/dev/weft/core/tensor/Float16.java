package dev.weft.core.tensor;

/** IEEE 754 binary16 numbers by their bits; Java 17 has no functions for them. */
public final class Float16 {
  private static final int FLOAT_INFINITY = 0x7F80_0000;

  private Float16() {}

  /** The same number; exact. */
  public static float toFloat(short bits) {
    int magnitude = (bits & 0x7FFF) << 13;
    int sign = (bits & 0x8000) << 16;
    if (magnitude >= 0x0F80_0000) {
      return Float.intBitsToFloat(sign | FLOAT_INFINITY | magnitude);
    }
    // The exponent's bias differs by 112; the product is right for subnormal numbers, too.
    return Float.intBitsToFloat(sign | Float.floatToRawIntBits(scaled(magnitude)));
  }

  /** Whether it is neither infinite nor NaN. */
  public static boolean isFinite(short bits) {
    return (bits & 0x7C00) != 0x7C00;
  }

  private static float scaled(int magnitude) {
    return Float.intBitsToFloat(magnitude) * 0x1p112f;
  }

  /** The nearest number, ties to even; overflow gives infinity. */
  public static short nearest(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    float magnitude = Math.abs(value);
    if (Float.isNaN(value)) {
      return (short) (sign | 0x7E00);
    }
    if (magnitude < 0x1p-14f) {
      // Subnormal: a multiple of 2^-24; rint rounds ties to even.
      return (short) (sign | (int) Math.rint(magnitude * 0x1p24f));
    }
    int exponentAndFraction = (bits & 0x7FFF_FFFF) - (112 << 23);
    int lastKeptBit = exponentAndFraction >>> 13 & 1;
    int rounded = (exponentAndFraction + 0xFFF + lastKeptBit) >>> 13;
    return (short) (sign | Math.min(rounded, 0x7C00));
  }
}
