package dev.weft.finetune.adapter;

import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.Part;
import dev.weft.finetune.kernels.AdapterKernels;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.WeightChange;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code W' = W ⊙ (1 + s B A)}. With {@code G = (dyᵀ x) ⊙ W}, lane by lane, the gradients are
 *
 * <pre>dA = s Bᵀ G,   dB = s G Aᵀ</pre>
 *
 * so a dense matrix is formed after all, but one layer's and one lane's at a time. W is that of the
 * same pass.
 */
final class NativeHadamard implements NativeForm {
  private final Kernels kernels;
  private final AdapterForm form;
  private final FoldMemory<NativeArray> memory = new FoldMemory<>();

  NativeHadamard(Kernels kernels, AdapterForm form) {
    this.kernels = kernels;
    this.form = form;
  }

  @Override
  public NativeArray fold(Arena arena, LinearSite site, LayerTensors tensors, NativeArray weight) {
    memory.keep(site, weight);
    return kernels.adapter().hadamardFold(arena, weight, tensors.b(), tensors.a(), scale());
  }

  /** Empty: a change of high rank is no pair of small factors. */
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
    AdapterKernels.HadamardGradients both =
        kernels
            .adapter()
            .hadamardGradients(
                scratch, x, dy, memory.take(site), tensors.b(), tensors.a(), scale(), lanes);
    Map<Part, NativeArray> gradients = new EnumMap<>(Part.class);
    if (form.trained().contains(Part.B)) {
      gradients.put(Part.B, owner.adopt(both.byLeft()));
    }
    if (form.trained().contains(Part.A)) {
      gradients.put(Part.A, owner.adopt(both.byRight()));
    }
    return gradients;
  }

  private double scale() {
    return form.scale();
  }
}
