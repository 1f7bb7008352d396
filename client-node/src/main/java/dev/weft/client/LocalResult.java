package dev.weft.client;

import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.training.TrainingResult;

/**
 * What local training brought.
 *
 * @param trained new values of the reference's trained parts, in its order
 * @param meanLoss mean training loss, in nats
 * @param examplesProcessed examples seen while training, repetitions included
 */
public record LocalResult(TensorMap trained, double meanLoss, long examplesProcessed) {

  /** What the engine gave. */
  public static LocalResult of(TrainingResult result) {
    return new LocalResult(result.trained(), result.meanLoss(), result.examplesSeen());
  }
}
