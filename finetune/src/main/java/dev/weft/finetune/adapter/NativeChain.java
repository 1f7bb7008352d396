package dev.weft.finetune.adapter;

import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Part;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.WeightChange;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code W + s · B · C · A}. With P = dy B and Q = x Aᵀ, both [rows, r], the gradients are
 *
 * <pre>dA = s (P C)ᵀ x,   dC = s Pᵀ Q,   dB = s dyᵀ (Q Cᵀ)</pre>
 *
 * lane by lane, so the dense {@code dyᵀ x} is never formed.
 */
final class NativeChain implements NativeForm {
  private final Kernels kernels;
  private final ChainAdapter form;

  NativeChain(Kernels kernels, ChainAdapter form) {
    this.kernels = kernels;
    this.form = form;
  }

  ChainAdapter form() {
    return form;
  }

  @Override
  public NativeArray fold(Arena arena, LinearSite site, LayerTensors tensors, NativeArray weight) {
    return kernels.callOne(
        arena, "plus_lane_product", weight, left(arena, tensors), tensors.a(), scale());
  }

  @Override
  public Optional<WeightChange.Beside> beside(Arena arena, LayerTensors tensors) {
    NativeArray left = kernels.callOne(arena, "scaled", left(arena, tensors), scale());
    return Optional.of(new WeightChange.Beside(tensors.a(), left));
  }

  @Override
  public Map<Part, NativeArray> gradients(
      Arena owner,
      Arena scratch,
      LinearSite site,
      LayerTensors tensors,
      NativeArray x,
      NativeArray dy,
      int lanes) {
    NativeArray p = kernels.callOne(scratch, "rows_times", dy, tensors.b(), lanes);
    NativeArray q = kernels.callOne(scratch, "rows_times_transposed", x, tensors.a(), lanes);
    Map<Part, NativeArray> gradients = new EnumMap<>(Part.class);
    for (Part part : form.trained()) {
      switch (part) {
        case A -> gradients.put(part, cross(owner, throughCore(scratch, p, tensors), x, lanes));
        case B ->
            gradients.put(
                part, cross(owner, dy, throughTransposedCore(scratch, q, tensors), lanes));
        case CORE -> gradients.put(part, core(owner, p, q, lanes));
        case MAGNITUDE, HEAD -> {}
      }
    }
    return gradients;
  }

  /** s · uᵀ v per lane. */
  private NativeArray cross(Arena arena, NativeArray u, NativeArray v, int lanes) {
    return kernels.callOne(arena, "lane_cross", u, v, lanes, scale());
  }

  private NativeArray core(Arena owner, NativeArray p, NativeArray q, int lanes) {
    return form.core() == ChainAdapter.Core.FULL
        ? cross(owner, p, q, lanes)
        : kernels.callOne(owner, "lane_dot", p, q, scale());
  }

  /** B · C. */
  NativeArray left(Arena arena, LayerTensors tensors) {
    return throughCore(arena, tensors.b(), tensors);
  }

  /** m · C for rows m [lanes, rows, r]. */
  private NativeArray throughCore(Arena arena, NativeArray m, LayerTensors tensors) {
    return switch (form.core()) {
      case NONE -> m;
      case DIAGONAL -> kernels.callOne(arena, "lane_scale_columns", m, tensors.core());
      case FULL -> kernels.callOne(arena, "lane_product", m, tensors.core());
    };
  }

  private NativeArray throughTransposedCore(Arena arena, NativeArray m, LayerTensors tensors) {
    return form.core() == ChainAdapter.Core.FULL
        ? kernels.callOne(arena, "lane_product_transposed", m, tensors.core())
        : throughCore(arena, m, tensors);
  }

  private double scale() {
    return form.scale();
  }
}
