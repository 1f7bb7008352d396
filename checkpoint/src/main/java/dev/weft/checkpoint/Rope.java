package dev.weft.checkpoint;

import dev.weft.core.Text;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rotary position embedding (Su et al., "RoFormer", 2021) with the scaling variants found in {@code
 * config.json}, resolved to what the engine needs: the inverse wavelength of every pair of
 * dimensions. The formulas are those of transformers' {@code modeling_rope_utils.py}.
 *
 * @param inverseFrequencies one per pair, {@code headWidth / 2} of them; radians per position
 * @param attentionFactor what cosine and sine are multiplied by: 1 unless YaRN says otherwise
 */
public record Rope(List<Double> inverseFrequencies, double attentionFactor) {

  public Rope {
    inverseFrequencies = List.copyOf(inverseFrequencies);
    for (double frequency : inverseFrequencies) {
      if (!Double.isFinite(frequency) || frequency < 0) {
        throw new IllegalArgumentException(
            Text.format("inverseFrequencies: %s is not a frequency", frequency));
      }
    }
    if (!Double.isFinite(attentionFactor)) {
      throw new IllegalArgumentException(Text.format("attentionFactor: %s", attentionFactor));
    }
  }

  /** Dimensions of a head, of which pairs turn together. */
  public int headWidth() {
    return 2 * inverseFrequencies.size();
  }

  /**
   * The original: pair {@code i} turns by {@code theta^(-2i / headWidth)} per position.
   *
   * @param theta the base wavelength, 10 000 in the paper
   */
  public static Rope plain(double theta, int headWidth) {
    return new Rope(
        IntStream.range(0, headWidth / 2)
            .mapToObj(pair -> Math.pow(theta, -2.0 * pair / headWidth))
            .toList(),
        1);
  }

  /**
   * Every pair slowed by a factor of its own: GGUF files carry Llama 3's scaling in this form.
   *
   * @param factors one per pair
   */
  public Rope slowed(float[] factors) {
    if (factors.length != inverseFrequencies.size()) {
      throw new IllegalArgumentException(
          Text.format("factors: %d for %d pairs", factors.length, inverseFrequencies.size()));
    }
    return new Rope(
        IntStream.range(0, factors.length)
            .mapToObj(pair -> inverseFrequencies.get(pair) / factors[pair])
            .toList(),
        attentionFactor);
  }

  /** Position interpolation (Chen et al., 2023): all pairs slowed alike. */
  public Rope linear(double factor) {
    return new Rope(
        inverseFrequencies.stream().map(frequency -> frequency / factor).toList(), attentionFactor);
  }

  /**
   * Llama 3.1: wavelengths longer than {@code originalPositions / lowFactor} are slowed by {@code
   * factor}, those shorter than {@code originalPositions / highFactor} are left alone, and between
   * the two the change is gradual.
   */
  public Rope llama3(double factor, double lowFactor, double highFactor, double originalPositions) {
    return new Rope(
        inverseFrequencies.stream()
            .map(
                frequency -> {
                  double turns = originalPositions * frequency / (2 * Math.PI);
                  double share = (turns - lowFactor) / (highFactor - lowFactor);
                  double kept = Math.min(1, Math.max(0, share));
                  return frequency * ((1 - kept) / factor + kept);
                })
            .toList(),
        attentionFactor);
  }

  /**
   * What YaRN needs (Peng et al., 2023).
   *
   * @param factor by how much the context grew
   * @param originalPositions positions before it grew
   * @param fastTurns pairs with more turns than this over the original context stay as they are
   * @param slowTurns pairs with fewer turns are slowed by {@code factor}
   * @param truncate whether the two bounds are moved outwards to whole pairs
   * @param attentionFactor what cosine and sine are multiplied by
   */
  record Yarn(
      double factor,
      double originalPositions,
      double fastTurns,
      double slowTurns,
      boolean truncate,
      double attentionFactor) {

    /** The attention factor that the paper recommends, weighted as DeepSeek does. */
    static double recommended(double factor, double weight) {
      return factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1;
    }
  }

  /** Slow pairs are interpolated, fast ones extrapolated, those between mixed by a ramp. */
  static Rope yarn(double theta, int headWidth, Yarn yarn) {
    double first = pairWithTurns(yarn.fastTurns(), theta, headWidth, yarn.originalPositions());
    double last = pairWithTurns(yarn.slowTurns(), theta, headWidth, yarn.originalPositions());
    double low = Math.max(yarn.truncate() ? Math.floor(first) : first, 0);
    double high = Math.min(yarn.truncate() ? Math.ceil(last) : last, headWidth - 1);
    double width = high == low ? 0.001 : high - low;
    Rope plain = plain(theta, headWidth);
    return new Rope(
        IntStream.range(0, headWidth / 2)
            .mapToObj(
                pair -> {
                  double slowed = Math.min(1, Math.max(0, (pair - low) / width));
                  return plain.inverseFrequencies.get(pair)
                      * (slowed / yarn.factor() + (1 - slowed));
                })
            .toList(),
        yarn.attentionFactor());
  }

  /** The pair, in fractions, that turns this often over the original context. */
  private static double pairWithTurns(
      double turns, double theta, int headWidth, double originalPositions) {
    return headWidth * Math.log(originalPositions / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
  }
}
