package dev.weft.finetune.training;

import dev.weft.finetune.torch.Arena;
import java.util.List;

/**
 * A hook that needs the gradient of every single example. A training with one computes them apart,
 * which takes memory for as many gradients as pass the model at once; without one it does not.
 */
public interface ExampleHook extends StepHook {

  /**
   * Says what examples count for in the sum that becomes their lane's gradient. What an example
   * counts for may follow from its own gradient, not from who passes beside it: a step's examples
   * pass in several shares where they are more than the batch size, and several threads may be here
   * at once. A step without examples has no share.
   *
   * @param arena where everything made here lives
   * @param gradients of a share of the step's examples, with what they count for until now
   * @return one weight for each; 0 for those that were 0
   */
  List<Double> ofExamples(Arena arena, Step step, ExampleGradients gradients);
}
