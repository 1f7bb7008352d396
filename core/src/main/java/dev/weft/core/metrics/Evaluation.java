package dev.weft.core.metrics;

/**
 * How well a model answers held-out examples.
 *
 * @param loss mean cross entropy, in nats
 * @param accuracy share of examples answered correctly, in [0, 1]
 * @param macroF1 mean over classes of the harmonic mean of precision and recall, in [0, 1]
 * @param examples number of examples behind the other numbers
 */
public record Evaluation(double loss, double accuracy, double macroF1, long examples) {

  public Evaluation {
    if (examples < 1) {
      throw new IllegalArgumentException("examples: must be at least 1, got " + examples);
    }
  }
}
