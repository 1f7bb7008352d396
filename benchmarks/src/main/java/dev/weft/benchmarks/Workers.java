package dev.weft.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Independent threads that do the same work at the same time, one core each. */
final class Workers implements AutoCloseable {
  private final int count;
  private final ExecutorService threads;
  private final CyclicBarrier start;

  Workers(int count) {
    this.count = count;
    this.threads = Executors.newFixedThreadPool(count);
    this.start = new CyclicBarrier(count);
  }

  /** Runs the work once on each thread and returns what each returns. */
  <T> List<T> each(Callable<T> work) {
    List<Future<T>> pending = new ArrayList<>();
    for (int worker = 0; worker < count; worker++) {
      pending.add(threads.submit(work));
    }
    List<T> results = new ArrayList<>();
    try {
      for (Future<T> result : pending) {
        results.add(result.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a worker failed: " + e.getCause(), e.getCause());
    }
    return results;
  }

  /** Waits, within the work, until every thread has come so far. */
  void together() {
    try {
      start.await(2, TimeUnit.MINUTES);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException("a worker did not come to the start", e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
