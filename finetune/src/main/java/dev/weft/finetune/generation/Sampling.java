package dev.weft.finetune.generation;

import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How the next token is chosen.
 *
 * @param temperature what scores are divided by; 0 always takes the likeliest token
 * @param topP share of the probability that is drawn from, likeliest tokens first (Holtzman et al.,
 *     "The curious case of neural text degeneration", 2020)
 * @param seed the same seed and scores give the same text
 */
public record Sampling(double temperature, double topP, Seed seed) {

  public Sampling {
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "temperature: must be finite and not negative, got " + temperature);
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("topP: must be in (0, 1], got " + topP);
    }
  }

  /** Always the likeliest token. */
  public static Sampling greedy() {
    return new Sampling(0, 1, new Seed(0));
  }

  /** Chooses tokens one after the other. */
  Chooser chooser() {
    return new Chooser(seed.of("sampling").random());
  }

  /** Remembers how far its random numbers are used. */
  final class Chooser {
    private final SeededRandom random;

    private Chooser(SeededRandom random) {
      this.random = random;
    }

    /**
     * @param scores unnormalised log probabilities of all tokens
     */
    int next(float[] scores) {
      return temperature == 0 ? likeliest(scores) : drawn(scores);
    }

    private int drawn(float[] scores) {
      double top = scores[likeliest(scores)];
      double[] weights = new double[scores.length];
      double total = 0;
      for (int token = 0; token < scores.length; token++) {
        weights[token] = Math.exp((scores[token] - top) / temperature);
        total += weights[token];
      }
      int[] byWeight =
          IntStream.range(0, scores.length)
              .boxed()
              .sorted(Comparator.comparingDouble((Integer token) -> -weights[token]))
              .mapToInt(Integer::intValue)
              .toArray();
      double kept = 0;
      int count = 0;
      while (count < byWeight.length && kept < topP * total) {
        kept += weights[byWeight[count++]];
      }
      double left = random.nextDouble() * kept;
      for (int token : Arrays.copyOf(byWeight, count)) {
        left -= weights[token];
        if (left < 0) {
          return token;
        }
      }
      return byWeight[count - 1];
    }
  }

  private static int likeliest(float[] scores) {
    int best = 0;
    for (int token = 1; token < scores.length; token++) {
      if (scores[token] > scores[best]) {
        best = token;
      }
    }
    return best;
  }
}
