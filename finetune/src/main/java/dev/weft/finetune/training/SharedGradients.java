package dev.weft.finetune.training;

import dev.weft.finetune.adapter.NativeAdapter;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.task.Task;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.TokenBatch;
import dev.weft.finetune.transformer.Transformer;
import dev.weft.text.TokenizedSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * The gradients of a training of one lane, each batch in shares that several threads compute at
 * once. Shares and the order of their sum follow from the batch alone, so the number of threads
 * changes nothing.
 */
final class SharedGradients implements StepGradients {
  /** Examples of a share: enough to hide what a pass costs besides, few enough for many threads. */
  private static final int SHARE = 16;

  private final Transformer transformer;
  private final Kernels kernels;
  private final Task task;
  private final Workers workers;

  SharedGradients(Transformer transformer, Kernels kernels, Task task, Workers workers) {
    this.transformer = transformer;
    this.kernels = kernels;
    this.task = task;
    this.workers = workers;
  }

  @Override
  public LossGradients of(Arena arena, NativeAdapter adapter, Lanes lanes, int step) {
    TokenizedSet data = lanes.data(0);
    List<int[]> shares = shares(lanes.examples(0, step));
    List<Arena> arenas = shares.stream().map(share -> Arena.open()).toList();
    try {
      List<Callable<LossGradients>> passes = new ArrayList<>();
      for (int i = 0; i < shares.size(); i++) {
        TokenBatch batch = TokenBatch.of(data, shares.get(i));
        Arena own = arenas.get(i);
        passes.add(() -> LossGradients.of(own, transformer, task, adapter, batch));
      }
      return mean(arena, workers.all(passes), weights(data, shares));
    } finally {
      arenas.forEach(Arena::close);
    }
  }

  /** Neighbours in a batch are of like length, so shares hold little padding. */
  private static List<int[]> shares(int[] examples) {
    List<int[]> shares = new ArrayList<>();
    for (int from = 0; from < examples.length; from += SHARE) {
      shares.add(Arrays.copyOfRange(examples, from, Math.min(from + SHARE, examples.length)));
    }
    return shares;
  }

  /** What each share's mean loss counts for in the batch's: its part of all targets. */
  private double[] weights(TokenizedSet data, List<int[]> shares) {
    double[] weights =
        shares.stream()
            .mapToDouble(
                share -> Arrays.stream(share).map(example -> task.targets(data, example)).sum())
            .toArray();
    double all = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(targets -> targets / all).toArray();
  }

  private LossGradients mean(Arena arena, List<LossGradients> parts, double[] weights) {
    Map<String, NativeArray> sums = new LinkedHashMap<>();
    parts
        .get(0)
        .byTensor()
        .forEach((name, part) -> sums.put(name, kernels.language().zerosLike(arena, part)));
    double loss = 0;
    for (int i = 0; i < weights.length; i++) {
      Map<String, NativeArray> part = parts.get(i).byTensor();
      loss += weights[i] * parts.get(i).losses().get(0);
      kernels
          .optimizer()
          .addWeighted(
              arena,
              List.copyOf(sums.values()),
              sums.keySet().stream().map(part::get).toList(),
              weights[i]);
    }
    return new LossGradients(List.of(loss), sums);
  }
}
