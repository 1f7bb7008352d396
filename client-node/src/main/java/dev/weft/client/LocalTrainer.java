package dev.weft.client;

import dev.weft.finetune.training.TrainingListener;

/** Trains an adapter on the client's own data. */
@FunctionalInterface
public interface LocalTrainer {

  /**
   * Runs on the calling thread and blocks it; the same task gives the same bits. May end in any
   * exception once {@code listener} says that the training is cancelled.
   */
  LocalResult train(LocalTask task, TrainingListener listener);
}
