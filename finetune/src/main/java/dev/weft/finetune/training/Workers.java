package dev.weft.finetune.training;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** What computes the independent pieces of one piece of work: threads, or the caller's alone. */
final class Workers implements AutoCloseable {
  /** Computes one piece after the other on the calling thread. */
  static final Workers CALLER = new Workers(Optional.empty());

  private final Optional<ExecutorService> threads;

  Workers(int threads) {
    this(Optional.of(Threads.pool("weft-worker", threads)));
  }

  private Workers(Optional<ExecutorService> threads) {
    this.threads = threads;
  }

  /**
   * Computes all pieces. However it ends, none is under way any more: they use native memory that
   * the caller is about to free.
   *
   * @return their results, in order
   * @throws WeftException if the calling thread is interrupted; the workers are spent then
   */
  <T> List<T> all(List<Supplier<T>> pieces) {
    return threads
        .map(pool -> all(pool, pieces))
        .orElseGet(() -> pieces.stream().map(Supplier::get).toList());
  }

  private <T> List<T> all(ExecutorService pool, List<Supplier<T>> pieces) {
    List<Callable<T>> calls = pieces.stream().<Callable<T>>map(piece -> piece::get).toList();
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> ended : pool.invokeAll(calls)) {
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
    threads.ifPresent(Threads::end);
  }
}
