package dev.weft.finetune.adapter;

import dev.weft.core.adapter.AlloraAdapter;
import dev.weft.core.adapter.Part;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.WeightChange;
import java.util.Map;
import java.util.Optional;

/**
 * A chain whose factors see {@code f_i = 1 / sqrt(‖(B C A)_i‖ + 1/η²)} times the gradient of row i.
 * The row norms come from {@code ‖L_i A‖² = L_i (A Aᵀ) L_iᵀ} with L = B C, so nothing larger than a
 * factor is formed. The factor depends on parameters only: clipping per example afterwards still
 * bounds what one example can do.
 */
final class NativeAllora implements NativeForm {
  private final Kernels kernels;
  private final NativeProduct chain;
  private final double eta;

  NativeAllora(Kernels kernels, AlloraAdapter form) {
    this.kernels = kernels;
    this.chain = new NativeProduct(kernels, form.chain());
    this.eta = form.eta();
  }

  @Override
  public NativeArray fold(Arena arena, LinearSite site, LayerTensors tensors, NativeArray weight) {
    return chain.fold(arena, site, tensors, weight);
  }

  @Override
  public Optional<WeightChange.Beside> beside(Arena arena, LayerTensors tensors) {
    return chain.beside(arena, tensors);
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
    NativeArray factors =
        kernels
            .adapter()
            .alloraFactors(scratch, chain.left(scratch, tensors), tensors.a(), 1 / (eta * eta));
    NativeArray scaled = kernels.adapter().scaleLaneColumns(scratch, dy, factors, lanes);
    return chain.gradients(owner, scratch, site, tensors, x, scaled, lanes);
  }
}
