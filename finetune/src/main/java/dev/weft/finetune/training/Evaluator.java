package dev.weft.finetune.training;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.encoder.Encoder;
import dev.weft.finetune.encoder.EncoderBatch;
import dev.weft.finetune.encoder.LinearSite;
import dev.weft.finetune.text.TokenizedSet;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import dev.weft.finetune.torch.NativeArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Measures an adapter on held-out examples. Weights are decoded and folded once and shared by all
 * threads; batches are fixed by length and results kept per example, so that the number of threads
 * changes nothing.
 */
final class Evaluator {
  private static final int BATCH = 64;

  private final Encoder encoder;
  private final Kernels kernels;

  Evaluator(Encoder encoder, Kernels kernels) {
    this.encoder = encoder;
    this.kernels = kernels;
  }

  Evaluation evaluate(
      Adapter adapter,
      List<LinearSite> sites,
      List<Tensor> sideSums,
      TokenizedSet test,
      int threads) {
    double[] losses = new double[test.size()];
    int[] predictions = new int[test.size()];
    ExecutorService workers = Executors.newFixedThreadPool(threads, Evaluator::daemon);
    try (Arena arena = Arena.open()) {
      NativeAdapter change = new NativeAdapter(arena, kernels, adapter, sites, sideSums);
      List<List<NativeArray>> weights = encoder.weights(arena, change);
      List<Future<?>> pending = new ArrayList<>();
      for (int[] batch : batches(test)) {
        pending.add(
            workers.submit(() -> answer(batch, test, weights, change, losses, predictions)));
      }
      try {
        awaitAll(pending);
      } finally {
        stop(workers);
      }
    }
    int[] labels = IntStream.range(0, test.size()).map(test::label).toArray();
    double lossSum = 0;
    for (double loss : losses) {
      lossSum += loss;
    }
    return new Evaluation(
        lossSum / test.size(),
        Scores.accuracy(labels, predictions),
        Scores.macroF1(labels, predictions, adapter.target().head().classes()),
        test.size());
  }

  /** Examples by falling length, so that the longest batches start first. */
  private static List<int[]> batches(TokenizedSet test) {
    int[] byLength =
        IntStream.range(0, test.size())
            .boxed()
            .sorted(Comparator.comparingInt(test::tokens).reversed())
            .mapToInt(Integer::intValue)
            .toArray();
    List<int[]> batches = new ArrayList<>();
    for (int from = 0; from < byLength.length; from += BATCH) {
      batches.add(Arrays.copyOfRange(byLength, from, Math.min(from + BATCH, byLength.length)));
    }
    return batches;
  }

  private void answer(
      int[] indices,
      TokenizedSet test,
      List<List<NativeArray>> weights,
      NativeAdapter adapter,
      double[] losses,
      int[] predictions) {
    try (Arena arena = Arena.open()) {
      EncoderBatch batch = EncoderBatch.of(arena, test, indices);
      NativeArray hidden = encoder.hidden(arena, batch, weights);
      NativeArray pooled = kernels.callOne(arena, "pool", hidden, batch.shares());
      List<NativeArray> answers =
          kernels.call(
              arena, "answers", pooled, batch.labels(), adapter.headWeight(), adapter.headBias());
      float[] batchLosses = answers.get(0).toFloats();
      long[] batchPredictions = answers.get(1).toLongs();
      for (int i = 0; i < indices.length; i++) {
        losses[indices[i]] = batchLosses[i];
        predictions[indices[i]] = (int) batchPredictions[i];
      }
    }
  }

  private static void awaitAll(List<Future<?>> pending) {
    try {
      for (Future<?> batch : pending) {
        batch.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeftException(Problem.INTERRUPTED, "evaluation was interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("evaluation of a batch failed", e.getCause());
    }
  }

  /** Waits for batches that are under way: they read native memory that is about to be freed. */
  private static void stop(ExecutorService workers) {
    workers.shutdownNow();
    boolean interrupted = false;
    while (!workers.isTerminated()) {
      try {
        workers.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "weft-evaluation");
    thread.setDaemon(true);
    return thread;
  }
}
