package dev.weft.client;

import dev.weft.finetune.training.TrainingKeeper;
import dev.weft.finetune.training.TrainingListener;

/** Watches a client's local training. */
public interface LocalListener extends TrainingListener {

  /** The training's turn has come; from now on only progress is a sign of life. */
  void begun();

  /** Keeps how far the training is; asked on the thread that trains. */
  default TrainingKeeper keeper() {
    return TrainingKeeper.NONE;
  }
}
