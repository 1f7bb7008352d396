package dev.weft.finetune.training;

import dev.weft.finetune.adapter.NativeAdapter;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.task.Task;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.Transformer;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The losses and gradients of a training's steps. A batch passes the model in shares; these and the
 * order of their sum follow from the batch alone, so the number of threads changes nothing.
 *
 * @param most examples of a lane that pass at once
 */
record StepGradients(
    Transformer transformer, Kernels kernels, Task task, int most, Workers workers) {

  /**
   * Those of one step of all lanes. A lane without examples has no loss and gradients of zero.
   *
   * @param arena where the gradients live
   * @param hooks see the gradients of layers, and those of examples if they ask for them
   */
  LossGradients of(
      Arena arena, NativeAdapter adapter, StepHooks hooks, Lanes lanes, StepHook.Step step) {
    List<Share> shares = lanes.shares(step.number(), most);
    if (shares.isEmpty()) {
      return new LossGradients(
          Collections.nCopies(lanes.size(), 0.0), zeros(arena, adapter.trained()));
    }
    double[] targets = lanes.targets(task, step.number());
    if (hooks.perExample()) {
      return sum(
          arena,
          shares,
          (own, share) -> addedUp(own, adapter, hooks, share, step, targets),
          share -> ones(share.lanes()));
    }
    return sum(
        arena,
        shares,
        (own, share) -> LossGradients.of(own, transformer, task, adapter, hooks, share.batch()),
        share -> share.weights(task, targets));
  }

  /** Of every example apart, and then of the lanes as their weighted sums. */
  private LossGradients addedUp(
      Arena arena,
      NativeAdapter adapter,
      StepHooks hooks,
      Share share,
      StepHook.Step step,
      double[] targets) {
    try (Arena scratch = arena.child()) {
      LossGradients apart =
          LossGradients.of(scratch, transformer, task, adapter, hooks, share.batch().perExample());
      ExampleGradients examples =
          new ExampleGradients(apart.byTensor(), share.lanes(), share.rowWeights(task, targets));
      double[] losses = new double[share.lanes()];
      for (int row = 0; row < apart.losses().size(); row++) {
        losses[row / share.width()] += examples.weights().get(row) * apart.losses().get(row);
      }
      return new LossGradients(
          boxed(losses),
          sums(arena, scratch, examples.with(hooks.ofExamples(scratch, step, examples))));
    }
  }

  private Map<String, NativeArray> sums(Arena arena, Arena scratch, ExampleGradients examples) {
    float[] weights = new float[examples.weights().size()];
    for (int row = 0; row < weights.length; row++) {
      weights[row] = examples.weights().get(row).floatValue();
    }
    NativeArray byLane = scratch.floats(weights, examples.lanes(), examples.rows());
    Map<String, NativeArray> sums = new LinkedHashMap<>();
    examples
        .byTensor()
        .forEach(
            (name, apart) -> sums.put(name, kernels.optimizer().laneSums(arena, apart, byLane)));
    return sums;
  }

  private Map<String, NativeArray> zeros(Arena arena, Map<String, NativeArray> like) {
    Map<String, NativeArray> zeros = new LinkedHashMap<>();
    like.forEach((name, array) -> zeros.put(name, kernels.language().zerosLike(arena, array)));
    return zeros;
  }

  /** The weighted sum of what the shares give; of a single share that itself. */
  private LossGradients sum(
      Arena arena,
      List<Share> shares,
      BiFunction<Arena, Share, LossGradients> pass,
      Function<Share, double[]> weights) {
    if (shares.size() == 1) {
      return pass.apply(arena, shares.get(0));
    }
    List<Arena> arenas = shares.stream().map(share -> Arena.open()).toList();
    try {
      List<LossGradients> parts =
          workers.all(
              IntStream.range(0, shares.size())
                  .<Supplier<LossGradients>>mapToObj(
                      i -> () -> pass.apply(arenas.get(i), shares.get(i)))
                  .toList());
      return sum(arena, parts, shares.stream().map(weights).toList());
    } finally {
      arenas.forEach(Arena::close);
    }
  }

  private LossGradients sum(Arena arena, List<LossGradients> parts, List<double[]> weights) {
    Map<String, NativeArray> sums = zeros(arena, parts.get(0).byTensor());
    double[] losses = new double[parts.get(0).losses().size()];
    for (int i = 0; i < parts.size(); i++) {
      LossGradients part = parts.get(i);
      for (int lane = 0; lane < losses.length; lane++) {
        losses[lane] += weights.get(i)[lane] * part.losses().get(lane);
      }
      kernels
          .optimizer()
          .addWeighted(
              arena,
              List.copyOf(sums.values()),
              sums.keySet().stream().map(part.byTensor()::get).toList(),
              weights.get(i));
    }
    return new LossGradients(boxed(losses), sums);
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
