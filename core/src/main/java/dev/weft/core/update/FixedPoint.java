package dev.weft.core.update;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.core.tensor.TensorSchema;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The one integer path of every update (design.md section 3): {@code q = stochasticRound(x · 2^f)}
 * as signed 32-bit integers. Integer sums are associative, so a global adapter does not depend on
 * arrival order, thread count or number of processes. Rounding is unbiased and draws from the seed
 * of (run, round, client), so it can be repeated (privacy.md section 1.7).
 *
 * <p>A float32 value of 24 significant bits is either finer than the grid, then its integer has at
 * most 24 bits, or already on the grid. Decoding one update is therefore exact in float32: the only
 * error is that of rounding.
 *
 * @param fractionBits f; the grid step is 2^-f and values lie strictly within ±2^(31-f)
 */
public record FixedPoint(int fractionBits) {

  /**
   * The most that the weights of a sum may add up to: an encoded value q is at most 2^31 in
   * magnitude, so {@code |Σ n_k q_k| ≤ 2^31 · (2^32 − 1) < 2^63} fits a long.
   */
  public static final long MOST_WEIGHT = (1L << 32) - 1;

  public FixedPoint {
    if (fractionBits < 1 || fractionBits > 30) {
      throw new IllegalArgumentException(
          "fractionBits: must be between 1 and 30, got " + fractionBits);
    }
  }

  /** One grid step; the error of an encoded value is smaller, and its mean is zero. */
  public double bound() {
    return Math.scalb(1.0, -fractionBits);
  }

  /** Values at or beyond this magnitude cannot be encoded. */
  public double range() {
    return Math.scalb(1.0, 31 - fractionBits);
  }

  /** One encoded value as a real number. */
  public double decode(long value) {
    return value * bound();
  }

  /**
   * Encodes the tensors one after the other.
   *
   * @throws WeftException if a value is NaN, infinite or out of range; the sentence names the
   *     tensor
   */
  public IntVector encode(TensorMap tensors, Seed seed) {
    int[] encoded = new int[Math.toIntExact(tensors.elements())];
    SeededRandom random = seed.random();
    double scale = Math.scalb(1.0, fractionBits);
    int position = 0;
    for (Map.Entry<String, Tensor> entry : tensors.asMap().entrySet()) {
      Tensor tensor = entry.getValue();
      refuseNonFinite(entry.getKey(), tensor);
      refuseOutOfRange(entry.getKey(), tensor);
      for (int i = 0; i < tensor.size(); i++) {
        double scaled = tensor.at(i) * scale;
        double floor = Math.floor(scaled);
        double rounded = random.nextDouble() < scaled - floor ? floor + 1 : floor;
        encoded[position++] = (int) rounded;
      }
    }
    return IntVector.of(encoded);
  }

  /**
   * Inverse of {@link #encode} up to rounding.
   *
   * @throws WeftException if the vector does not have exactly the schema's length
   */
  public TensorMap decode(IntVector values, TensorSchema schema) {
    if (values.size() != schema.elements()) {
      throw new WeftException(
          Problem.MALFORMED_UPDATE,
          Text.format(
              "update holds %d values where %d were agreed; train with the offered method and"
                  + " model",
              values.size(), schema.elements()));
    }
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    int position = 0;
    for (TensorSchema.Entry entry : schema.entries()) {
      float[] decoded = new float[entry.elements()];
      for (int i = 0; i < decoded.length; i++) {
        decoded[i] = (float) decode(values.at(position++));
      }
      tensors.put(entry.name(), Tensor.of(decoded, entry.dimensions()));
    }
    return TensorMap.of(tensors);
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
      if (Math.abs(tensor.at(i)) >= range()) {
        throw new WeftException(
            Problem.OUT_OF_RANGE_UPDATE,
            Text.format(
                    "update for %s has the value %s, beyond the fixed-point range ±%s; lower",
                    name, tensor.at(i), range())
                + " training.learning-rate or update.fraction-bits");
      }
    }
  }
}
