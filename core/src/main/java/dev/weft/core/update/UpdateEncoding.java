package dev.weft.core.update;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.math.BigInteger;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The one way from a client's update to integers, agreed before a run and the same whether sums are
 * masked or not: every entry x of an update of n examples becomes {@code stochasticRound(n · x ·
 * 2^f) mod 2^b}, and n itself is the last integer. So whoever knows only the sum knows the weighted
 * mean: {@code Σ n_k x_k / Σ n_k}. Integer sums are associative, hence the result does not depend
 * on arrival order, thread count or number of processes.
 *
 * <p>The weight is applied before rounding and not scaled by its cap (privacy.md 1.7 scales): a
 * mean of N examples from K clients is then off by less than {@code K · 2^-f / N ≤ 2^-f} however
 * loose the cap is. The cap costs bits instead, which {@link #bits} says and the bytes of every
 * round show, where scaling would silently cost accuracy. Rounding is unbiased and seeded by (run,
 * round, client), so that it can be repeated.
 *
 * @param grid f and R
 * @param mostExamples M; what one client may weigh
 * @param clients K; how many updates a sum has at most
 */
public record UpdateEncoding(FixedPoint grid, long mostExamples, int clients) {
  /**
   * @throws WeftException if an integer would need more bits than there are
   */
  public UpdateEncoding {
    if (mostExamples < 1) {
      throw new IllegalArgumentException("mostExamples: must be at least 1, got " + mostExamples);
    }
    if (clients < 1) {
      throw new IllegalArgumentException("clients: must be at least 1, got " + clients);
    }
    int needed = bits(grid, mostExamples, clients);
    if (needed > RingVector.MOST_BITS) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          Text.format(
              "update.fraction-bits: sums of %d clients with up to %d examples, values within ±%d"
                  + " and %d fraction bits need %d bits where there are %d; lower it,"
                  + " update.range or round.max-examples",
              clients,
              mostExamples,
              grid.range(),
              grid.fractionBits(),
              needed,
              RingVector.MOST_BITS));
    }
  }

  /** b: bits per integer, so many that no sum can wrap around. */
  public int bits() {
    return bits(grid, mostExamples, clients);
  }

  /** Rounding up adds less than one step, so a client moves a sum by at most M·R·2^f. */
  private static int bits(FixedPoint grid, long mostExamples, int clients) {
    return BigInteger.valueOf(mostExamples)
            .multiply(BigInteger.valueOf(grid.range()))
            .shiftLeft(grid.fractionBits())
            .multiply(BigInteger.valueOf(clients))
            .bitLength()
        + 1;
  }

  /** How far an entry of one update of that weight can be from what was encoded; its mean is 0. */
  public double bound(long examples) {
    return grid.step() / examples;
  }

  /**
   * A sum of encoded entries over the sum of their weights.
   *
   * @param sum as {@link RingVector#at} gives it
   */
  public double mean(long sum, long examples) {
    return sum * grid.step() / examples;
  }

  /** Whether an honest update of this weight can hold that integer. */
  public boolean reaches(long value, long examples) {
    return Math.abs((double) value)
        <= Math.scalb((double) examples, grid.fractionBits()) * grid.range();
  }

  /**
   * Encodes the tensors one after the other, then the weight.
   *
   * @param examples n, the weight
   * @throws WeftException if a value is NaN, infinite or out of range, and the sentence names the
   *     tensor; or if the weight is beyond its cap
   */
  public RingVector encode(TensorMap update, long examples, RandomGenerator rounding) {
    requireWeight(examples);
    long[] encoded = new long[Math.toIntExact(update.elements() + 1)];
    double scale = Math.scalb((double) examples, grid.fractionBits());
    int position = 0;
    for (Map.Entry<String, Tensor> entry : update.asMap().entrySet()) {
      Tensor tensor = entry.getValue();
      refuseNonFinite(entry.getKey(), tensor);
      refuseOutOfRange(entry.getKey(), tensor);
      for (int i = 0; i < tensor.size(); i++) {
        double scaled = tensor.at(i) * scale;
        double floor = Math.floor(scaled);
        encoded[position++] = (long) (rounding.nextDouble() < scaled - floor ? floor + 1 : floor);
      }
    }
    encoded[position] = examples;
    return RingVector.of(bits(), encoded);
  }

  /**
   * @throws WeftException if the weight of an update is beyond its cap
   */
  void requireWeight(long examples) {
    if (examples < 1 || examples > mostExamples) {
      throw new WeftException(
          Problem.MALFORMED_UPDATE,
          Text.format(
              "update: weighs %d examples where 1 to %d are allowed (round.max-examples)",
              examples, mostExamples));
    }
  }

  private static void refuseNonFinite(String name, Tensor tensor) {
    int nonFinite = 0;
    for (int i = 0; i < tensor.size(); i++) {
      if (!Float.isFinite(tensor.at(i))) {
        nonFinite++;
      }
    }
    if (nonFinite > 0) {
      throw new WeftException(
          Problem.NON_FINITE_UPDATE,
          Text.format(
              "update for %s has %d NaN or infinite %s; lower training.learning-rate or check the"
                  + " data",
              name, nonFinite, nonFinite == 1 ? "value" : "values"));
    }
  }

  private void refuseOutOfRange(String name, Tensor tensor) {
    for (int i = 0; i < tensor.size(); i++) {
      if (Math.abs(tensor.at(i)) >= grid.range()) {
        throw new WeftException(
            Problem.OUT_OF_RANGE_UPDATE,
            Text.format(
                "update for %s has the value %s, beyond ±%d; lower the learning rates or raise"
                    + " update.range",
                name, tensor.at(i), grid.range()));
      }
    }
  }
}
