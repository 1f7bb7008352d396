package dev.weft.finetune.training;

import dev.weft.finetune.task.Task;
import dev.weft.text.TokenizedSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The batches of several trainings that go through the base side by side, one lane each. A training
 * that has ended goes on without examples, and none of its numbers change.
 */
final class Lanes {
  private static final int[] NO_EXAMPLES = {};

  private final List<TrainingJob> jobs;
  private final List<List<int[]>> batches;

  Lanes(List<TrainingJob> jobs, Sampler sampler) {
    this.jobs = List.copyOf(jobs);
    this.batches =
        jobs.stream()
            .map(
                job ->
                    sampler.round(
                        job.data(), job.local().training(), job.seed(), job.local().round()))
            .toList();
  }

  int size() {
    return jobs.size();
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

  /** A step as hooks know it. */
  StepHook.Step step(int number) {
    return new StepHook.Step(
        number,
        IntStream.range(0, size())
            .filter(lane -> number < steps(lane))
            .boxed()
            .collect(Collectors.toSet()));
  }

  /** The examples of one step of one lane; none after its end. */
  int[] examples(int lane, int step) {
    return step < steps(lane) ? batches.get(lane).get(step) : NO_EXAMPLES;
  }

  /** How much the examples of one step are asked, lane by lane. */
  double[] targets(Task task, int step) {
    return IntStream.range(0, size())
        .mapToDouble(
            lane ->
                Arrays.stream(examples(lane, step))
                    .map(example -> task.targets(data(lane), example))
                    .sum())
        .toArray();
  }

  /** What a lane trains on. */
  TokenizedSet data(int lane) {
    return jobs.get(lane).data();
  }

  /**
   * The examples of one step, in shares that pass the model one by one; none for a step without
   * examples. They follow from the batches alone.
   *
   * @param most examples of a lane in a share
   */
  List<Share> shares(int step, int most) {
    List<TokenizedSet> sets = jobs.stream().map(TrainingJob::data).toList();
    int longest =
        IntStream.range(0, size()).map(lane -> examples(lane, step).length).max().getAsInt();
    List<Share> shares = new ArrayList<>();
    for (int from = 0; from < longest; from += most) {
      List<int[]> examples = new ArrayList<>();
      for (int lane = 0; lane < size(); lane++) {
        int[] all = examples(lane, step);
        examples.add(
            Arrays.copyOfRange(all, Math.min(from, all.length), Math.min(from + most, all.length)));
      }
      shares.add(new Share(sets, examples));
    }
    return shares;
  }
}
