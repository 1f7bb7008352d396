package dev.weft.client;

import dev.weft.finetune.training.TrainingJob;
import dev.weft.finetune.training.TrainingResult;
import java.util.concurrent.CompletionStage;

/** Trains an adapter on the client's own data. */
@FunctionalInterface
public interface LocalTrainer {

  /**
   * Called on a thread for training, which it may use as long as it computes. A trainer that waits
   * for something gives the thread back, and its result comes later from another one. The same job
   * gives the same bits. May end in any exception once {@code listener} says that the training is
   * cancelled.
   */
  CompletionStage<TrainingResult> train(TrainingJob job, LocalListener listener);
}
