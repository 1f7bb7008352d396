package dev.weft.finetune.adapter;

import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.Part;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.WeightChange;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code W' = g ⊙ V} with {@code V = W + s B C A}, {@code g = m / ‖V‖_row} and the norm held
 * constant. The chain sees {@code g ⊙ dy}, and
 *
 * <pre>dm_i = Σ_t dy_ti (x_t · V_i) / ‖V_i‖</pre>
 *
 * which needs V of the same pass. A row of zeros has no direction to stretch: there g = 1 and dm =
 * 0, so that it answers and trains as it would without a magnitude.
 */
final class NativeDora implements NativeForm {
  private final Kernels kernels;
  private final NativeProduct chain;
  private final FoldMemory<Folded> memory = new FoldMemory<>();

  /** V [out, in] and g [out]. */
  private record Folded(NativeArray v, NativeArray stretch) {}

  NativeDora(Kernels kernels, AdapterForm form) {
    this.kernels = kernels;
    this.chain = new NativeProduct(kernels, form.chain());
  }

  @Override
  public NativeArray fold(Arena arena, LinearSite site, LayerTensors tensors, NativeArray weight) {
    NativeArray v = chain.fold(arena, site, tensors, weight);
    NativeArray stretch = kernels.adapter().doraStretch(arena, v, tensors.magnitude());
    memory.keep(site, new Folded(v, stretch));
    return kernels.adapter().doraFold(arena, v, stretch);
  }

  /** Empty: the rows' norms need the weight itself. */
  @Override
  public Optional<WeightChange.Beside> beside(Arena arena, LayerTensors tensors) {
    return Optional.empty();
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
    Folded last = memory.take(site);
    NativeArray stretched = kernels.adapter().scaleColumns(scratch, dy, last.stretch());
    Map<Part, NativeArray> gradients =
        new EnumMap<>(chain.gradients(owner, scratch, site, tensors, x, stretched, lanes));
    gradients.put(
        Part.MAGNITUDE, kernels.adapter().doraMagnitudeGradient(owner, x, dy, last.v(), lanes));
    return gradients;
  }
}
