package dev.weft.finetune.training;

import dev.weft.core.tensor.TensorMap;

/**
 * Between two steps of a training: with its job all that it takes to go on to the same bits. Which
 * examples come next follows from the number of steps, and no step draws anything at random.
 *
 * @param steps that are done
 * @param trained present values of the trained tensors
 * @param means first moments of the optimizer, of the same schema
 * @param squares second moments, of the same schema
 * @param examples that the steps have seen
 * @param tokens of those
 * @param lossSum of those, in nats
 */
public record TrainingState(
    int steps,
    TensorMap trained,
    TensorMap means,
    TensorMap squares,
    long examples,
    long tokens,
    double lossSum) {

  public TrainingState {
    if (steps < 1) {
      throw new IllegalArgumentException("steps: must be at least 1, got " + steps);
    }
    if (!means.schema().equals(trained.schema()) || !squares.schema().equals(trained.schema())) {
      throw new IllegalArgumentException("means, squares: must have the schema of what is trained");
    }
  }
}
