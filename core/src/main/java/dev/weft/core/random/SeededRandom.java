package dev.weft.core.random;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Sequential draws from {@link Philox} under the key of one {@link Seed}. What is declared here is
 * bit-identical on every platform and Java version, because it uses integer arithmetic and {@link
 * StrictMath} alone; the methods inherited from {@link RandomGenerator} are the platform's own and
 * carry no such promise. Not thread-safe.
 */
public final class SeededRandom implements RandomGenerator {
  private static final double UNIT_53 = 0x1.0p-53;

  private final int key0;
  private final int key1;
  private final int[] block = new int[4];
  private long counter;
  private int used = 4;

  SeededRandom(Seed seed) {
    key0 = (int) seed.value();
    key1 = (int) (seed.value() >>> 32);
  }

  @Override
  public int nextInt() {
    if (used == 4) {
      block[0] = (int) counter;
      block[1] = (int) (counter >>> 32);
      block[2] = 0;
      block[3] = 0;
      Philox.block(block, key0, key1);
      counter++;
      used = 0;
    }
    return block[used++];
  }

  /**
   * Uniform on [0, bound): the remainder of 31 bits, drawn again where the last, incomplete run of
   * remainders would favour small numbers.
   */
  @Override
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound: must be at least 1, got " + bound);
    }
    if (Integer.bitCount(bound) == 1) {
      return nextInt() & (bound - 1);
    }
    while (true) {
      int bits = nextInt() >>> 1;
      int remainder = bits % bound;
      if (bits - remainder <= Integer.MAX_VALUE - (bound - 1)) {
        return remainder;
      }
    }
  }

  @Override
  public long nextLong() {
    return ((long) nextInt() << 32) | (nextInt() & 0xFFFFFFFFL);
  }

  /** Uniform on [0, 1) with 53 bits. */
  @Override
  public double nextDouble() {
    return (nextLong() >>> 11) * UNIT_53;
  }

  /** Standard normal by the Box-Muller transform. */
  @Override
  public double nextGaussian() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    return radius * StrictMath.cos(2 * StrictMath.PI * nextDouble());
  }

  /**
   * Gamma(shape, 1) by Marsaglia and Tsang, "A simple method for generating gamma variables" (ACM
   * TOMS 2000); shapes below one by their boosting rule.
   */
  public double nextGamma(double shape) {
    if (!(shape > 0)) {
      throw new IllegalArgumentException("shape: must be positive, got " + shape);
    }
    if (shape < 1) {
      return nextGamma(shape + 1) * StrictMath.pow(1 - nextDouble(), 1 / shape);
    }
    double d = shape - 1.0 / 3;
    double c = 1 / StrictMath.sqrt(9 * d);
    while (true) {
      double x = nextGaussian();
      double v = 1 + c * x;
      if (v > 0) {
        v = v * v * v;
        if (StrictMath.log(1 - nextDouble()) < x * x / 2 + d - d * v + d * StrictMath.log(v)) {
          return d * v;
        }
      }
    }
  }

  /** Shuffles in place (Fisher-Yates). */
  public void shuffle(List<?> list) {
    swapDown(list);
  }

  private <T> void swapDown(List<T> list) {
    for (int i = list.size() - 1; i > 0; i--) {
      int j = nextInt(i + 1);
      list.set(i, list.set(j, list.get(i)));
    }
  }
}
