package dev.weft.client;

import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.training.TrainingResult;

/**
 * What local training brought.
 *
 * @param trained new values of the reference's trained parts, in its order
 * @param meanLoss mean training loss, in nats
 * @param examples size of the client's data: the update's weight
 * @param examplesProcessed examples seen while training, repetitions included
 */
public record LocalResult(
    TensorMap trained, double meanLoss, long examples, long examplesProcessed) {

  /** What the engine gave. */
  public static LocalResult of(TrainingResult result) {
    return new LocalResult(
        result.trained(), result.meanLoss(), result.examples(), result.examplesSeen());
  }
}
