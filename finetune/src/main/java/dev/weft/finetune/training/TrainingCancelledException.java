package dev.weft.finetune.training;

/** A training stopped because its listener said so; its work is discarded. */
public final class TrainingCancelledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TrainingCancelledException(int stepsTaken) {
    super("training was cancelled after " + stepsTaken + " steps");
  }
}
