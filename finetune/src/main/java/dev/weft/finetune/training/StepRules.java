package dev.weft.finetune.training;

import java.util.List;

/**
 * How the steps of a training go, beyond what its job says.
 *
 * @param sampler which examples a step sees
 * @param hooks what happens to their gradients, before what follows from objective and adapter
 */
public record StepRules(Sampler sampler, List<StepHook.Maker> hooks) {
  /** Shuffled passes, and nothing else. */
  public static final StepRules PLAIN = new StepRules(new ShuffledPasses(), List.of());

  public StepRules {
    hooks = List.copyOf(hooks);
  }
}
