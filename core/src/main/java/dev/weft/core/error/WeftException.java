package dev.weft.core.error;

import java.util.concurrent.CompletionException;

/**
 * Something a person can mend: one sentence that says what is wrong, where, and what to do. The
 * command line prints the sentence and the code, never a stack trace.
 */
public final class WeftException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Problem problem;

  public WeftException(Problem problem, String sentence) {
    super(sentence);
    this.problem = problem;
  }

  public WeftException(Problem problem, String sentence, Throwable cause) {
    super(sentence, cause);
    this.problem = problem;
  }

  /**
   * The problem behind {@code thrown}: itself, what a future wrapped, or else {@code otherwise},
   * met while doing {@code what}.
   */
  public static WeftException from(Throwable thrown, Problem otherwise, String what) {
    Throwable cause = unwrapped(thrown);
    return cause instanceof WeftException known
        ? known
        : new WeftException(otherwise, what + " failed: " + cause, cause);
  }

  /** What a future wrapped, if it did. */
  public static Throwable unwrapped(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  public Problem problem() {
    return problem;
  }

  /** The sentence with its code, as a user reads it. */
  public String sentence() {
    return getMessage() + " (" + problem.code() + ")";
  }
}
