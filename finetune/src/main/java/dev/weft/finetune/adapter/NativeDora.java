package dev.weft.finetune.adapter;

import dev.weft.core.adapter.Part;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.WeightChange;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code W' = m ⊙ V / ‖V‖_row} with {@code V = W + s B C A} and the norm held constant. With g = m
 * / ‖V‖ the chain sees {@code g ⊙ dy}, and
 *
 * <pre>dm_i = Σ_t dy_ti (x_t · V_i) / ‖V_i‖ = Σ_t dy_ti (x_t · W'_i) / m_i</pre>
 *
 * which needs the folded weight of the same pass.
 */
final class NativeDora implements NativeForm {
  private final Kernels kernels;
  private final NativeChain chain;
  private final FoldMemory<Folded> memory = new FoldMemory<>();

  /** W' [out, in] and the norms of V [out]. */
  private record Folded(NativeArray weight, NativeArray norms) {}

  NativeDora(Kernels kernels, NativeChain chain) {
    this.kernels = kernels;
    this.chain = chain;
  }

  @Override
  public NativeArray fold(Arena arena, LinearSite site, LayerTensors tensors, NativeArray weight) {
    NativeArray v = chain.fold(arena, site, tensors, weight);
    List<NativeArray> result = kernels.call(arena, "dora_fold", v, tensors.magnitude());
    memory.keep(site, new Folded(result.get(0), result.get(1)));
    return result.get(0);
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
    NativeArray scaled =
        kernels.callOne(scratch, "dora_scaled", dy, tensors.magnitude(), last.norms(), lanes);
    Map<Part, NativeArray> gradients =
        new EnumMap<>(chain.gradients(owner, scratch, site, tensors, x, scaled, lanes));
    gradients.put(
        Part.MAGNITUDE,
        kernels.callOne(
            owner, "dora_magnitude_gradient", x, dy, last.weight(), tensors.magnitude(), lanes));
    return gradients;
  }
}
