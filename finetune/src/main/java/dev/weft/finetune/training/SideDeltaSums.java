package dev.weft.finetune.training;

import dev.weft.core.Digest;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import dev.weft.finetune.torch.NativeArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Dense sums of side-delta logs, one matrix per target layer. All clients of a round share one log,
 * so the last few sums are kept; the quantized base never changes.
 */
final class SideDeltaSums {
  private static final int KEPT = 2;

  private final Kernels kernels;
  private final Map<Digest, List<Tensor>> sums =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, List<Tensor>> eldest) {
          return size() > KEPT;
        }
      };

  SideDeltaSums(Kernels kernels) {
    this.kernels = kernels;
  }

  /** Sum of the log per target layer [out, in]; no matrices for an empty log. */
  synchronized List<Tensor> of(List<SideDelta> log, AdapterTarget target) {
    if (log.isEmpty()) {
      return List.of();
    }
    Digest.Builder digest = Digest.builder().add(target.digest());
    log.forEach(delta -> digest.add(delta.digest(target)));
    return sums.computeIfAbsent(digest.build(), unknown -> sum(log, target));
  }

  private List<Tensor> sum(List<SideDelta> log, AdapterTarget target) {
    List<Tensor> result = new ArrayList<>();
    for (int i = 0; i < target.layers().size(); i++) {
      AdapterTarget.Layer layer = target.layers().get(i);
      try (Arena arena = Arena.open()) {
        NativeArray total = arena.floats(Tensor.zeros(layer.out(), layer.in()));
        for (SideDelta delta : log) {
          LowRank term = delta.layers().get(i);
          total =
              kernels.callOne(
                  arena,
                  "plus_product",
                  total,
                  arena.floats(term.left()),
                  arena.floats(term.right()),
                  1.0);
        }
        result.add(total.toTensor());
      }
    }
    return List.copyOf(result);
  }
}
