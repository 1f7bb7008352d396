package dev.weft.finetune.training;

import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.encoder.Encoder;
import dev.weft.finetune.encoder.EncoderBatch;
import dev.weft.finetune.encoder.LinearSite;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import java.util.List;

/**
 * One local training from first to last step, on the calling thread. All native memory it takes is
 * freed when {@link #run} returns or throws.
 */
final class Trainer {
  private final Encoder encoder;
  private final Kernels kernels;
  private final TrainingJob job;
  private final List<LinearSite> sites;
  private final List<Tensor> sideSums;

  Trainer(
      Encoder encoder,
      Kernels kernels,
      TrainingJob job,
      List<LinearSite> sites,
      List<Tensor> sideSums) {
    this.encoder = encoder;
    this.kernels = kernels;
    this.job = job;
    this.sites = sites;
    this.sideSums = sideSums;
  }

  TrainingResult run(TrainingListener listener) {
    List<int[]> batches =
        new BatchPlan(job.data(), job.config().batchSize(), job.seed())
            .round(job.round(), job.config());
    try (Arena arena = Arena.open()) {
      NativeAdapter adapter = new NativeAdapter(arena, kernels, job.adapter(), sites, sideSums);
      AdapterOptimizer optimizer = new AdapterOptimizer(arena, kernels, job, adapter);
      Progress progress = new Progress(batches);
      for (int[] batch : batches) {
        if (listener.cancelled()) {
          throw new TrainingCancelledException(progress.steps);
        }
        try (Arena step = arena.child()) {
          progress.add(batch, step(step, adapter, optimizer, batch));
        }
        listener.progress(progress.examples, progress.total, progress.meanLoss());
      }
      return new TrainingResult(
          adapter.trainedValues(),
          progress.meanLoss(),
          job.data().size(),
          progress.examples,
          progress.tokens,
          progress.steps);
    }
  }

  /** One optimizer step; returns the batch's mean loss before it. */
  private double step(
      Arena arena, NativeAdapter adapter, AdapterOptimizer optimizer, int[] indices) {
    EncoderBatch batch = EncoderBatch.of(arena, job.data(), indices);
    LossGradients gradients = LossGradients.of(arena, encoder, kernels, adapter, batch);
    optimizer.step(arena, gradients.byTensor());
    return gradients.meanLoss();
  }

  /** Running totals. */
  private final class Progress {
    private final long total;
    private long examples;
    private long tokens;
    private int steps;
    private double lossSum;

    Progress(List<int[]> batches) {
      total = batches.stream().mapToLong(batch -> batch.length).sum();
    }

    void add(int[] batch, double meanLoss) {
      steps++;
      examples += batch.length;
      lossSum += meanLoss * batch.length;
      for (int example : batch) {
        tokens += job.data().tokens(example);
      }
    }

    double meanLoss() {
      return lossSum / examples;
    }
  }
}
