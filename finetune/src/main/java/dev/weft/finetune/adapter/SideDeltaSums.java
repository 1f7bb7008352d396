package dev.weft.finetune.adapter;

import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Sums of side-delta logs, one per target layer. All clients of a round share one log, so the last
 * few sums are kept; the quantized base never changes.
 */
public final class SideDeltaSums {
  private static final int KEPT = 2;

  private final Kernels kernels;
  private final Deque<Known> sums = new ArrayDeque<>();

  /** A log and its sum; the same log compares by its tensors, which are shared or soon differ. */
  private record Known(List<SideDelta> log, AdapterTarget target, List<SideSum> sum) {}

  public SideDeltaSums(Kernels kernels) {
    this.kernels = kernels;
  }

  /** Sum of the log per target layer; nothing for an empty log. */
  public synchronized List<SideSum> of(List<SideDelta> log, AdapterTarget target) {
    if (log.isEmpty()) {
      return List.of();
    }
    for (Known known : sums) {
      if (known.log().equals(log) && known.target().equals(target)) {
        return known.sum();
      }
    }
    if (sums.size() == KEPT) {
      sums.removeFirst();
    }
    Known known = new Known(List.copyOf(log), target, sum(log, target));
    sums.addLast(known);
    return known.sum();
  }

  private List<SideSum> sum(List<SideDelta> log, AdapterTarget target) {
    List<SideSum> result = new ArrayList<>();
    for (int i = 0; i < target.layers().size(); i++) {
      int layer = i;
      result.add(
          sum(
              log.stream().map(delta -> delta.layers().get(layer)).toList(),
              target.layers().get(i)));
    }
    return List.copyOf(result);
  }

  private SideSum sum(List<LowRank> terms, AdapterTarget.Layer layer) {
    long rank = terms.stream().mapToLong(LowRank::rank).sum();
    boolean factors = rank * (layer.out() + layer.in()) < (long) layer.out() * layer.in();
    try (Arena arena = Arena.open()) {
      List<NativeArray> left = terms.stream().map(term -> arena.floats(term.left())).toList();
      List<NativeArray> right = terms.stream().map(term -> arena.floats(term.right())).toList();
      if (factors) {
        return new SideSum.Factors(
            new LowRank(
                kernels.adapter().join(arena, left, 1).toTensor(),
                kernels.adapter().join(arena, right, 0).toTensor()));
      }
      NativeArray total = arena.floats(Tensor.zeros(layer.out(), layer.in()));
      for (int i = 0; i < terms.size(); i++) {
        total = kernels.adapter().plusProduct(arena, total, left.get(i), right.get(i), 1.0);
      }
      return new SideSum.Dense(total.toTensor());
    }
  }
}
