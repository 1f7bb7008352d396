package dev.weft.checkpoint.quantization;

/** Floating-point numbers that only quantized weights are made of; all conversions are exact. */
final class SmallFloats {
  private SmallFloats() {}

  /** The upper half of a float32. */
  static float bfloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** A power of two as MXFP4 scales are: an exponent without sign or fraction. */
  static float powerOfTwo(byte exponent) {
    int biased = exponent & 0xFF;
    return biased == 0
        ? 0x1p-127f
        : Float.intBitsToFloat(biased == 0xFF ? 0x7FC0_0000 : biased << 23);
  }

  /** The 256 numbers of the OCP format e4m3fn: no infinity, NaN where all bits are set. */
  static float[] e4m3() {
    float[] values = tiny(4, 3);
    values[0x7F] = Float.NaN;
    values[0xFF] = Float.NaN;
    return values;
  }

  /** The 256 numbers of e5m2, which has IEEE's infinity and NaN. */
  static float[] e5m2() {
    float[] values = tiny(5, 2);
    for (int sign = 0; sign <= 0x80; sign += 0x80) {
      values[sign | 0x7C] = sign == 0 ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
      for (int nan = 0x7D; nan <= 0x7F; nan++) {
        values[sign | nan] = Float.NaN;
      }
    }
    return values;
  }

  /** The 16 numbers of the OCP format e2m1, as MXFP4 has them. */
  static float[] e2m1() {
    return tiny(2, 1);
  }

  /** All numbers of a sign, some exponent bits and some fraction bits, by their code. */
  private static float[] tiny(int exponentBits, int fractionBits) {
    int half = 1 << (exponentBits + fractionBits);
    int bias = (1 << (exponentBits - 1)) - 1;
    float[] values = new float[2 * half];
    for (int code = 0; code < half; code++) {
      int exponent = code >> fractionBits;
      int fraction = code & ((1 << fractionBits) - 1);
      int significand = exponent == 0 ? fraction : fraction + (1 << fractionBits);
      int power = Math.max(exponent, 1) - bias - fractionBits;
      values[code] = Math.scalb((float) significand, power);
      values[half + code] = -values[code];
    }
    return values;
  }
}
