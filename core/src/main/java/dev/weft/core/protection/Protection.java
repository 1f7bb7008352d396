package dev.weft.core.protection;

import dev.weft.core.tensor.TensorMap;
import dev.weft.core.update.RingVector;
import dev.weft.core.update.UpdateEncoding;
import java.util.random.RandomGenerator;

/**
 * The last thing that happens to an update before it leaves its site, agreed before the run and the
 * same whether sums are masked or not: it is clipped, rounded to integers together with its weight,
 * and every integer but the weight gets noise (design.md section 3, step 3; privacy.md 1.7).
 *
 * @param clipping bounds the update before it is weighted
 * @param encoding rounds it
 * @param noise on every entry, in steps of the encoding's grid
 */
public record Protection(Clipping clipping, UpdateEncoding encoding, IntegerNoise noise) {

  /** Rounding alone, which hides nothing. */
  public static Protection rounding(UpdateEncoding encoding) {
    return new Protection(Clipping.NONE, encoding, IntegerNoise.NONE);
  }

  /**
   * @param examples the weight
   * @param randomness of rounding and noise: seeded from the run, or {@link
   *     java.security.SecureRandom} where privacy rests on it
   * @return modulo 2^b, the weight last
   * @throws dev.weft.core.error.WeftException if a value is NaN, infinite or out of range, or the
   *     weight beyond its cap
   */
  public RingVector protect(TensorMap update, long examples, RandomGenerator randomness) {
    RingVector encoded = encoding.encode(clipping.clip(update), examples, randomness);
    return noise == IntegerNoise.NONE ? encoded : noisy(encoded, randomness);
  }

  private RingVector noisy(RingVector encoded, RandomGenerator randomness) {
    long[] values = new long[encoded.size()];
    int weight = values.length - 1;
    for (int i = 0; i < weight; i++) {
      values[i] = encoded.at(i) + noise.draw(randomness);
    }
    values[weight] = encoded.at(weight);
    return RingVector.of(encoding.bits(), values);
  }
}
