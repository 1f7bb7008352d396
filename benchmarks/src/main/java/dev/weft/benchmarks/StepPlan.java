package dev.weft.benchmarks;

import dev.weft.core.Text;
import dev.weft.finetune.torch.Precision;
import dev.weft.finetune.transformer.Rematerialization;

/**
 * A training step to measure.
 *
 * @param device as the configuration names it; empty for the best
 * @param sequences of each lane and step
 * @param tokens of each sequence
 * @param lanes trainings side by side over one pass through the base
 * @param workers threads that train independently, one core each
 * @param warmUp first steps that are not measured, at least one
 * @param steps that are measured
 */
public record StepPlan(
    String device,
    Shape shape,
    int sequences,
    int tokens,
    Weights weights,
    Precision precision,
    int lanes,
    int workers,
    Rematerialization rematerialization,
    int warmUp,
    int steps) {
  public StepPlan {
    if (warmUp < 1 || steps < 1) {
      throw new IllegalArgumentException(
          Text.format("warmUp, steps: at least 1 each, got %d, %d", warmUp, steps));
    }
  }

  /** Tokens of one step of one worker. */
  int tokensPerStep() {
    return lanes * sequences * tokens;
  }

  /** Useful operations per token. */
  double flopsPerToken() {
    return UsefulWork.flops(shape.family(), tokens) / tokens;
  }
}
