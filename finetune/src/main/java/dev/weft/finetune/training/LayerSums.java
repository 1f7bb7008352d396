package dev.weft.finetune.training;

import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.task.Task;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.GradientSink;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.TokenBatch;
import dev.weft.finetune.transformer.Transformer;
import dev.weft.finetune.transformer.WeightChange;
import dev.weft.text.TokenizedSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * Sums over public examples at the frozen model, one matrix per target layer, that initialisations
 * are made of.
 *
 * <p>A zero head passes no gradient and a random one passes noise, so a head is first fitted to the
 * same examples by {@link HeadFit}.
 */
final class LayerSums {
  private static final int BATCH = 32;

  private final Transformer transformer;
  private final Kernels kernels;
  private final Task task;
  private final List<LinearSite> sites;

  LayerSums(Transformer transformer, Kernels kernels, Task task, List<LinearSite> sites) {
    this.transformer = transformer;
    this.kernels = kernels;
    this.task = task;
    this.sites = sites;
  }

  /**
   * Sum over batches of {@code dL/dW} [out, in] (methods.md F8; Ponkshe et al., "Initialization
   * using update approximation", 2024).
   *
   * @param head its shape; empty for a model without
   */
  List<Tensor> gradients(TokenizedSet examples, Seed seed, Optional<AdapterTarget.Head> head) {
    return over(
        examples,
        ShuffledPasses.pass(examples, BATCH, seed, 0),
        seed,
        head,
        LinearSite::out,
        (scratch, total, x, dy) -> kernels.adapter().addDenseGradient(scratch, total, x, dy));
  }

  /** Sum of {@code xᵀ x} [in, in] over the tokens that enter each layer; see {@link #gradients}. */
  List<Tensor> activationGrams(
      TokenizedSet examples, Seed seed, Optional<AdapterTarget.Head> head) {
    return over(
        examples,
        examples.batchesOfOneLength(length -> BATCH),
        seed,
        head,
        LinearSite::in,
        (scratch, total, x, dy) -> kernels.adapter().addGram(scratch, total, x));
  }

  private List<Tensor> over(
      TokenizedSet examples,
      List<int[]> batches,
      Seed seed,
      Optional<AdapterTarget.Head> shape,
      ToIntFunction<LinearSite> rows,
      Term term) {
    try (Arena arena = Arena.open()) {
      Task.Head head =
          shape
              .map(of -> new HeadFit(transformer, kernels).to(arena, examples, seed, of))
              .orElse(Task.Head.NONE);
      Map<LinearSite, NativeArray> sums = new LinkedHashMap<>();
      for (LinearSite site : sites) {
        sums.put(site, arena.floats(Tensor.zeros(rows.applyAsInt(site), site.in())));
      }
      GradientSink addUp = (scratch, site, x, dy) -> term.add(scratch, sums.get(site), x, dy);
      for (int[] indices : batches) {
        try (Arena step = arena.child()) {
          LossGradients.propagate(
              step,
              transformer,
              task,
              WeightChange.NONE,
              head,
              TokenBatch.of(examples, indices),
              Set.copyOf(sites),
              addUp);
        }
      }
      return sites.stream().map(site -> sums.get(site).toTensor()).toList();
    }
  }

  /** What one layer adds to its sum for one batch. */
  @FunctionalInterface
  private interface Term {
    void add(Arena scratch, NativeArray total, NativeArray x, NativeArray dy);
  }
}
