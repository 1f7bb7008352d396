package dev.weft.client;

import dev.weft.core.Digest;
import dev.weft.finetune.training.TrainingKeeper;
import dev.weft.protocol.RoundId;

/**
 * Where a client keeps how far its training is, so that it goes on when its process has died. One
 * training at a time; called from several threads.
 */
public interface TrainingShelf {

  /** Keeps nothing, where a process has all its clients' trainings to lose. */
  TrainingShelf NONE =
      new TrainingShelf() {
        @Override
        public TrainingKeeper keeper(RoundId id, Digest training) {
          return TrainingKeeper.NONE;
        }

        @Override
        public void clear() {}
      };

  /**
   * The keeper of a training; those before it keep nothing from now on.
   *
   * @param training digest of everything that its bits follow from
   */
  TrainingKeeper keeper(RoundId id, Digest training);

  /** What is kept is not needed any more, and nothing is kept until there is another keeper. */
  void clear();
}
