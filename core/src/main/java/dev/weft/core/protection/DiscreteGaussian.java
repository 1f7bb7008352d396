package dev.weft.core.protection;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.random.RandomGenerator;

/**
 * The discrete Gaussian: integers x with probability proportional to {@code exp(-x² / 2σ²)}, drawn
 * exactly from fair bits by integer arithmetic alone (Canonne, Kamath and Steinke, "The discrete
 * Gaussian for differential privacy", NeurIPS 2020, algorithms 1 to 3). A floating-point normal
 * would give its last bits away (Mironov, CCS 2012).
 *
 * <p>The variance is the exact rational that its double stands for.
 */
public final class DiscreteGaussian implements IntegerNoise {
  private final double variance;

  /** σ² = numerator / denominator. */
  private final BigInteger numerator;

  private final BigInteger denominator;

  /** Scale of the discrete Laplace distribution that draws are chosen from: ⌊σ⌋ + 1. */
  private final long scale;

  /** 2 · numerator · denominator · scale². */
  private final BigInteger spread;

  /**
   * @param variance σ², the parameter; the variance of a draw is no larger, and the same to six
   *     digits from σ = 1 on
   */
  public DiscreteGaussian(double variance) {
    if (!(variance > 0) || variance > 0x1.0p100) {
      throw new IllegalArgumentException(
          "variance: must be positive and at most 2^100, got " + variance);
    }
    this.variance = variance;
    BigDecimal exact = new BigDecimal(variance);
    BigInteger ten = BigInteger.TEN.pow(Math.max(0, exact.scale()));
    BigInteger scaled = exact.multiply(new BigDecimal(ten)).toBigIntegerExact();
    BigInteger common = scaled.gcd(ten);
    numerator = scaled.divide(common);
    denominator = ten.divide(common);
    scale = numerator.divide(denominator).sqrt().longValueExact() + 1;
    spread =
        numerator.multiply(denominator).shiftLeft(1).multiply(BigInteger.valueOf(scale).pow(2));
  }

  @Override
  public double variance() {
    return variance;
  }

  @Override
  public long draw(RandomGenerator randomness) {
    while (true) {
      long candidate = laplace(randomness);
      // (|y| - σ²/t)² / 2σ², with both parts made whole
      BigInteger distance =
          BigInteger.valueOf(Math.abs(candidate))
              .multiply(denominator)
              .multiply(BigInteger.valueOf(scale))
              .subtract(numerator);
      if (succeeds(distance.pow(2), spread, randomness)) {
        return candidate;
      }
    }
  }

  /** An integer x with probability proportional to exp(-|x| / scale). */
  private long laplace(RandomGenerator randomness) {
    BigInteger t = BigInteger.valueOf(scale);
    while (true) {
      long remainder = below(t, randomness).longValueExact();
      if (!succeeds(BigInteger.valueOf(remainder), t, randomness)) {
        continue;
      }
      long multiple = 0;
      while (succeeds(BigInteger.ONE, BigInteger.ONE, randomness)) {
        multiple++;
      }
      long magnitude = remainder + scale * multiple;
      boolean negative = randomness.nextInt() < 0;
      if (!(negative && magnitude == 0)) {
        return negative ? -magnitude : magnitude;
      }
    }
  }

  /** True with probability exp(-a/b). */
  private static boolean succeeds(BigInteger a, BigInteger b, RandomGenerator randomness) {
    BigInteger rest = a;
    for (; rest.compareTo(b) > 0; rest = rest.subtract(b)) {
      if (!succeedsOnce(BigInteger.ONE, BigInteger.ONE, randomness)) {
        return false;
      }
    }
    return succeedsOnce(rest, b, randomness);
  }

  /**
   * True with probability exp(-a/b) for a ≤ b: of Bernoulli draws with a/b, a/2b, a/3b, … the first
   * to fail is one with an odd number.
   */
  private static boolean succeedsOnce(BigInteger a, BigInteger b, RandomGenerator randomness) {
    BigInteger among = b;
    boolean odd = true;
    while (below(among, randomness).compareTo(a) < 0) {
      among = among.add(b);
      odd = !odd;
    }
    return odd;
  }

  /** Uniform on [0, bound): as many bits as it takes, drawn again where they reach too far. */
  private static BigInteger below(BigInteger bound, RandomGenerator randomness) {
    int bits = bound.subtract(BigInteger.ONE).bitLength();
    while (true) {
      BigInteger drawn = bits(bits, randomness);
      if (drawn.compareTo(bound) < 0) {
        return drawn;
      }
    }
  }

  private static BigInteger bits(int count, RandomGenerator randomness) {
    if (count <= Long.SIZE - 1) {
      return count == 0
          ? BigInteger.ZERO
          : BigInteger.valueOf(randomness.nextLong() >>> (Long.SIZE - count));
    }
    BigInteger high = bits(count - (Long.SIZE - 1), randomness);
    return high.shiftLeft(Long.SIZE - 1).or(bits(Long.SIZE - 1, randomness));
  }
}
