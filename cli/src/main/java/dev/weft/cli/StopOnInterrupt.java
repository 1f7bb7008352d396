package dev.weft.cli;

import dev.weft.core.error.Problem;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C as a request: the work is told to stop and gets a short while to write what it has
 * committed before the process ends.
 */
final class StopOnInterrupt {
  /** The process is gone two seconds after Ctrl-C; this leaves the rest for the JVM. */
  private static final long PATIENCE_MILLIS = 1700;

  /** 128 + SIGINT, as shells report a process that Ctrl-C ended. */
  static final int INTERRUPTED = 130;

  private final CountDownLatch done = new CountDownLatch(1);
  private final Console console;
  private final Thread hook;

  private StopOnInterrupt(Runnable stop, Console console) {
    this.console = console;
    hook =
        new Thread(
            () -> {
              stop.run();
              awaitDone();
            },
            "stop-on-interrupt");
  }

  /**
   * @param console where it is said if the work did not end in time
   */
  static StopOnInterrupt of(Runnable stop, Console console) {
    StopOnInterrupt interrupt = new StopOnInterrupt(stop, console);
    Runtime.getRuntime().addShutdownHook(interrupt.hook);
    return interrupt;
  }

  /** All is written: the process may end, or go on without this. */
  void release() {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyShuttingDown) {
      // The hook itself is waiting for this call; it goes on now.
      Thread.onSpinWait();
    }
  }

  private void awaitDone() {
    try {
      if (!done.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        console
            .err()
            .println(
                "weft: stopped in the middle of its work; the run's folder, if there is one, holds"
                    + " what was written so far ("
                    + Problem.INTERRUPTED.code()
                    + ")");
        console.err().flush();
        Runtime.getRuntime().halt(INTERRUPTED);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
