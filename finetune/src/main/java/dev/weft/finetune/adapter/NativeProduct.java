package dev.weft.finetune.adapter;

import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.Part;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.WeightChange;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code W' = W + s F1 F2 … Fn} for the factors that a form names, each a matrix or the diagonal of
 * one. With {@code u_k = dy F1 … F(k-1)} and {@code v_k = x Fnᵀ … F(k+1)ᵀ} the gradients are
 *
 * <pre>dF_k = s u_kᵀ v_k</pre>
 *
 * and of a diagonal the diagonal of that, lane by lane, so the dense {@code dyᵀ x} is never formed.
 */
final class NativeProduct implements NativeForm {
  private final Kernels kernels;
  private final AdapterForm form;
  private final List<Part> factors;

  NativeProduct(Kernels kernels, AdapterForm form) {
    this.kernels = kernels;
    this.form = form;
    this.factors = form.factors();
  }

  @Override
  public NativeArray fold(Arena arena, LinearSite site, LayerTensors tensors, NativeArray weight) {
    return kernels
        .adapter()
        .plusLaneProduct(arena, weight, left(arena, tensors), tensors.a(), scale());
  }

  @Override
  public Optional<WeightChange.Beside> beside(Arena arena, LayerTensors tensors) {
    NativeArray left = kernels.adapter().scaled(arena, left(arena, tensors), scale());
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
    Map<Part, NativeArray> gradients = new EnumMap<>(Part.class);
    List<Integer> trained = trained();
    if (trained.isEmpty()) {
      return gradients;
    }
    List<NativeArray> fromLeft = new ArrayList<>(List.of(dy));
    for (int k = 0; k < trained.get(trained.size() - 1); k++) {
      fromLeft.add(through(scratch, fromLeft.get(k), tensors.part(factors.get(k)), lanes));
    }
    NativeArray fromRight = x;
    for (int k = factors.size() - 1; k >= trained.get(0); k--) {
      NativeArray factor = tensors.part(factors.get(k));
      if (trained.contains(k)) {
        gradients.put(
            factors.get(k),
            isDiagonal(factor)
                ? kernels.adapter().laneDot(owner, fromLeft.get(k), fromRight, lanes, scale())
                : kernels.adapter().laneCross(owner, fromLeft.get(k), fromRight, lanes, scale()));
      }
      if (k > trained.get(0)) {
        fromRight = back(scratch, fromRight, factor, lanes);
      }
    }
    return gradients;
  }

  /** Positions among the factors, ascending. */
  private List<Integer> trained() {
    List<Integer> trained = new ArrayList<>();
    for (int k = 0; k < factors.size(); k++) {
      if (form.trained().contains(factors.get(k))) {
        trained.add(k);
      }
    }
    return trained;
  }

  /** All factors but the last, {@code [lanes, out, r]}. */
  NativeArray left(Arena arena, LayerTensors tensors) {
    NativeArray left = tensors.part(factors.get(0));
    for (Part part : factors.subList(1, factors.size() - 1)) {
      NativeArray factor = tensors.part(part);
      left =
          isDiagonal(left)
              ? kernels.adapter().laneScaleRows(arena, factor, left)
              : through(arena, left, factor, 1);
    }
    return left;
  }

  /** {@code m · factor} for rows m, one after the other [rows, k] or lane by lane [lanes, n, k]. */
  private NativeArray through(Arena arena, NativeArray m, NativeArray factor, int lanes) {
    if (isByLane(m)) {
      return isDiagonal(factor)
          ? kernels.adapter().laneScaleColumns(arena, m, factor)
          : kernels.adapter().laneProduct(arena, m, factor);
    }
    return isDiagonal(factor)
        ? kernels.adapter().scaleLaneColumns(arena, m, factor)
        : kernels.adapter().rowsTimes(arena, m, factor, lanes);
  }

  /** {@code m · factorᵀ}. */
  private NativeArray back(Arena arena, NativeArray m, NativeArray factor, int lanes) {
    if (isDiagonal(factor)) {
      return through(arena, m, factor, lanes);
    }
    return isByLane(m)
        ? kernels.adapter().laneProductTransposed(arena, m, factor)
        : kernels.adapter().rowsTimesTransposed(arena, m, factor, lanes);
  }

  private static boolean isByLane(NativeArray rows) {
    return rows.shape().length == 3;
  }

  /** Its tensor is [lanes, k] where a matrix is [lanes, j, k]. */
  private static boolean isDiagonal(NativeArray factor) {
    return factor.shape().length == 2;
  }

  private double scale() {
    return form.scale();
  }
}
