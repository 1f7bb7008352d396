package dev.weft.finetune.training;

import java.util.Optional;

/** Keeps how far a training is, so that another process can go on; called on its thread. */
public interface TrainingKeeper {

  /** Keeps nothing. */
  TrainingKeeper NONE =
      new TrainingKeeper() {
        @Override
        public Optional<TrainingState> kept() {
          return Optional.empty();
        }

        @Override
        public boolean due() {
          return false;
        }

        @Override
        public void keep(TrainingState state) {}
      };

  /** Where to go on; empty to begin. */
  Optional<TrainingState> kept();

  /** Whether it is time to keep a state; asked after every step. */
  boolean due();

  /** Told when it is due, when the training is done, and when it is cancelled between two steps. */
  void keep(TrainingState state);
}
