package dev.weft.finetune.training;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Threads that compute the independent pieces of one piece of work. */
final class Workers implements AutoCloseable {
  private final ExecutorService threads;

  Workers(int threads) {
    this.threads = Threads.pool("weft-worker", threads);
  }

  /**
   * Computes all pieces. However it ends, none is under way any more: they use native memory that
   * the caller is about to free.
   *
   * @return their results, in order
   * @throws WeftException if the calling thread is interrupted; the workers are spent then
   */
  <T> List<T> all(List<? extends Callable<T>> pieces) {
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> ended : threads.invokeAll(pieces)) {
        results.add(ended.get());
      }
      return results;
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new WeftException(Problem.INTERRUPTED, "the computation was interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a piece of the computation failed", e.getCause());
    }
  }

  /** Waits for pieces that are under way. */
  @Override
  public void close() {
    Threads.end(threads);
  }
}
