package dev.weft.core.metrics;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * How well a model answers held-out examples.
 *
 * @param loss mean cross entropy, in nats: per example where classes are predicted, per token where
 *     text is
 * @param scores what else the task measures, in the order of {@link Metric}
 * @param examples number of examples behind the other numbers
 */
public record Evaluation(double loss, Map<Metric, Double> scores, long examples) {

  public Evaluation {
    if (examples < 1) {
      throw new IllegalArgumentException("examples: must be at least 1, got " + examples);
    }
    EnumMap<Metric, Double> ordered = new EnumMap<>(Metric.class);
    ordered.putAll(scores);
    scores = Collections.unmodifiableMap(ordered);
  }

  /** One class is predicted per example. */
  public static Evaluation classification(
      double loss, double accuracy, double macroF1, long examples) {
    return new Evaluation(
        loss, Map.of(Metric.ACCURACY, accuracy, Metric.MACRO_F1, macroF1), examples);
  }

  /**
   * The next token is predicted at every position that counts.
   *
   * @param meanTokenLoss over all such tokens of all examples, in nats
   * @param tokenAccuracy over the same tokens
   */
  public static Evaluation language(double meanTokenLoss, double tokenAccuracy, long examples) {
    return new Evaluation(
        meanTokenLoss,
        Map.of(Metric.PERPLEXITY, Math.exp(meanTokenLoss), Metric.TOKEN_ACCURACY, tokenAccuracy),
        examples);
  }

  /** Everything that any of these measures, in the order of {@link Metric}. */
  public static List<Metric> metrics(Stream<Evaluation> evaluations) {
    return evaluations.flatMap(one -> one.scores().keySet().stream()).distinct().sorted().toList();
  }

  /** Empty where the task does not measure it. */
  public OptionalDouble score(Metric metric) {
    Double score = scores.get(metric);
    return score == null ? OptionalDouble.empty() : OptionalDouble.of(score);
  }
}
