package dev.weft.finetune.training;

import dev.weft.finetune.transformer.TokenBatch;
import dev.weft.text.TokenizedSet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The batches of several trainings that go through the base side by side, one lane each. A training
 * that has ended goes on with examples that count nothing.
 */
final class Lanes {
  private final List<TrainingJob> jobs;
  private final List<List<int[]>> batches;

  Lanes(List<TrainingJob> jobs) {
    this.jobs = List.copyOf(jobs);
    this.batches =
        jobs.stream()
            .map(
                job ->
                    new BatchPlan(job.data(), job.local().training().batchSize(), job.seed())
                        .round(job.local().round(), job.local().training()))
            .toList();
  }

  /** Optimizer steps of the longest training. */
  int steps() {
    return batches.stream().mapToInt(List::size).max().getAsInt();
  }

  /** Optimizer steps of one training. */
  int steps(int lane) {
    return batches.get(lane).size();
  }

  /** What multiplies each lane's learning rate in one step; zero for a training that has ended. */
  double[] rateFactors(int step) {
    double[] factors = new double[jobs.size()];
    for (int lane = 0; lane < factors.length; lane++) {
      TrainingJob job = jobs.get(lane);
      long own = steps(lane);
      factors[lane] = step < own ? job.local().rateFactor(step, own) : 0;
    }
    return factors;
  }

  /** The examples of one step of one lane. */
  int[] examples(int lane, int step) {
    return batches.get(lane).get(step);
  }

  /** What a lane trains on. */
  TokenizedSet data(int lane) {
    return jobs.get(lane).data();
  }

  /** All lanes' examples of one step. */
  TokenBatch batch(int step) {
    int width = 0;
    for (int lane = 0; lane < jobs.size(); lane++) {
      width = step < steps(lane) ? Math.max(width, examples(lane, step).length) : width;
    }
    List<TokenBatch.Row> rows = new ArrayList<>();
    for (int lane = 0; lane < jobs.size(); lane++) {
      rows.addAll(lane(lane, step, width).toList());
    }
    return TokenBatch.of(rows, jobs.size());
  }

  private Stream<TokenBatch.Row> lane(int lane, int step, int width) {
    return step < steps(lane)
        ? TokenBatch.lane(jobs.get(lane).data(), examples(lane, step), width)
        : Stream.generate(() -> new TokenBatch.Row(jobs.get(lane).data(), 0, 0)).limit(width);
  }
}
