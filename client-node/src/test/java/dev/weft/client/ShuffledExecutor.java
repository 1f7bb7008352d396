package dev.weft.client;

import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** Waits until so many tasks are there, then runs them one after the other in a seeded order. */
final class ShuffledExecutor implements Executor {
  private final int batch;
  private final SeededRandom random;
  private final List<Runnable> waiting = new ArrayList<>();

  ShuffledExecutor(int batch, long seed) {
    this.batch = batch;
    this.random = new Seed(seed).random();
  }

  @Override
  public synchronized void execute(Runnable task) {
    waiting.add(task);
    if (waiting.size() == batch) {
      random.shuffle(waiting);
      waiting.forEach(Runnable::run);
      waiting.clear();
    }
  }
}
