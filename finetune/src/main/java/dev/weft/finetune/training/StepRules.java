package dev.weft.finetune.training;

/**
 * How the steps of a training go, beyond what its job says.
 *
 * @param sampler which examples a step sees
 */
public record StepRules(Sampler sampler) {
  /** Shuffled passes, and nothing else. */
  public static final StepRules PLAIN = new StepRules(new ShuffledPasses());
}
