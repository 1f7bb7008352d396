package dev.weft.finetune.training;

import dev.weft.finetune.adapter.NativeAdapter;
import dev.weft.finetune.task.Task;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.Transformer;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
   */
  LossGradients of(Arena arena, NativeAdapter adapter, StepHooks hooks, Lanes lanes, int step) {
    List<Share> shares = lanes.shares(step, most);
    if (shares.isEmpty()) {
      return new LossGradients(
          Collections.nCopies(lanes.size(), 0.0), zeros(arena, adapter.trained()));
    }
    if (shares.size() == 1) {
      return of(arena, adapter, hooks, shares.get(0));
    }
    double[] targets = lanes.targets(task, step);
    List<Arena> arenas = shares.stream().map(share -> Arena.open()).toList();
    try {
      List<Supplier<LossGradients>> passes =
          IntStream.range(0, shares.size())
              .<Supplier<LossGradients>>mapToObj(
                  i -> () -> of(arenas.get(i), adapter, hooks, shares.get(i)))
              .toList();
      return sum(
          arena,
          workers.all(passes),
          shares.stream().map(share -> share.weights(task, targets)).toList());
    } finally {
      arenas.forEach(Arena::close);
    }
  }

  private LossGradients of(Arena arena, NativeAdapter adapter, StepHooks hooks, Share share) {
    return LossGradients.of(arena, transformer, task, adapter, hooks, share.batch());
  }

  private Map<String, NativeArray> zeros(Arena arena, Map<String, NativeArray> like) {
    Map<String, NativeArray> zeros = new LinkedHashMap<>();
    like.forEach((name, array) -> zeros.put(name, kernels.callOne(arena, "zeros_like", array)));
    return zeros;
  }

  private LossGradients sum(Arena arena, List<LossGradients> parts, List<double[]> weights) {
    Map<String, NativeArray> sums = zeros(arena, parts.get(0).byTensor());
    double[] losses = new double[parts.get(0).losses().size()];
    for (int i = 0; i < parts.size(); i++) {
      LossGradients part = parts.get(i);
      for (int lane = 0; lane < losses.length; lane++) {
        losses[lane] += weights.get(i)[lane] * part.losses().get(lane);
      }
      kernels.call(
          arena,
          "add_weighted",
          List.copyOf(sums.values()),
          sums.keySet().stream().map(part.byTensor()::get).toList(),
          weights.get(i));
    }
    return new LossGradients(Arrays.stream(losses).boxed().toList(), sums);
  }
}
