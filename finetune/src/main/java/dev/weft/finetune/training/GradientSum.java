package dev.weft.finetune.training;

import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.encoder.Encoder;
import dev.weft.finetune.encoder.EncoderBatch;
import dev.weft.finetune.encoder.GradientSink;
import dev.weft.finetune.encoder.LinearSite;
import dev.weft.finetune.encoder.WeightChange;
import dev.weft.finetune.text.TokenizedSet;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import dev.weft.finetune.torch.NativeArray;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sum over batches of public examples of {@code dL/dW} at the frozen model, per target layer
 * (methods.md F8; Ponkshe et al., "Initialization using update approximation", 2024).
 *
 * <p>A zero head passes no gradient and a random one passes noise, so the head is first fitted to
 * the same examples by {@link HeadFit}.
 */
final class GradientSum {
  private static final int BATCH = 32;

  private final Encoder encoder;
  private final Kernels kernels;
  private final AdapterTarget target;
  private final List<LinearSite> sites;

  GradientSum(Encoder encoder, Kernels kernels, AdapterTarget target, List<LinearSite> sites) {
    this.encoder = encoder;
    this.kernels = kernels;
    this.target = target;
    this.sites = sites;
  }

  /** One matrix [out, in] per target layer, in order. */
  List<Tensor> over(TokenizedSet examples, Seed seed) {
    List<int[]> batches = new BatchPlan(examples, BATCH, seed).epoch(0);
    try (Arena arena = Arena.open()) {
      List<NativeArray> head =
          new HeadFit(encoder, kernels, target.head()).to(arena, examples, seed);
      Map<LinearSite, NativeArray> sums = new HashMap<>();
      for (int i = 0; i < sites.size(); i++) {
        AdapterTarget.Layer layer = target.layers().get(i);
        sums.put(sites.get(i), arena.floats(Tensor.zeros(layer.out(), layer.in())));
      }
      GradientSink addUp =
          (scratch, site, x, dy) ->
              kernels.call(scratch, "add_dense_gradient", sums.get(site), x, dy);
      for (int[] indices : batches) {
        try (Arena step = arena.child()) {
          EncoderBatch batch = EncoderBatch.of(step, examples, indices);
          LossGradients.propagate(
              step, encoder, kernels, WeightChange.NONE, head, batch, Set.copyOf(sites), addUp);
        }
      }
      return sites.stream().map(site -> sums.get(site).toTensor()).toList();
    }
  }
}
