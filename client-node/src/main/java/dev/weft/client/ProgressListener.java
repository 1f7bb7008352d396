package dev.weft.client;

/** Hears of a training from within it. */
public interface ProgressListener {

  /**
   * Reports a sign of life, best after every batch.
   *
   * @param meanLoss over the examples done so far in this round, in nats
   */
  void progress(long examplesDone, long examplesTotal, double meanLoss);

  /** Whether nobody waits for the result any more; the training should end soon then. */
  boolean cancelled();
}
