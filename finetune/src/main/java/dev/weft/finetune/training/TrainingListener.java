package dev.weft.finetune.training;

/** Watches a training and may stop it; called on the training thread after every step. */
public interface TrainingListener {

  /** Watches nothing and never stops. */
  TrainingListener NONE =
      new TrainingListener() {
        @Override
        public void progress(long examplesDone, long examplesTotal, double meanLoss) {}

        @Override
        public boolean cancelled() {
          return false;
        }
      };

  /**
   * @param examplesDone examples processed so far, repetitions counted
   * @param examplesTotal examples that this training will process
   * @param meanLoss mean cross entropy of those done
   */
  void progress(long examplesDone, long examplesTotal, double meanLoss);

  /**
   * The same of one of several trainings side by side, before {@link #progress} tells of them all.
   *
   * @param lane position of the training, from 0
   */
  default void laneProgress(int lane, long examplesDone, long examplesTotal, double meanLoss) {}

  /** True makes training stop with a {@link TrainingCancelledException} before its next step. */
  boolean cancelled();
}
