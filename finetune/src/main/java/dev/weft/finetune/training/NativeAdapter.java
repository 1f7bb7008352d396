package dev.weft.finetune.training;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Part;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.encoder.GradientSink;
import dev.weft.finetune.encoder.LinearSite;
import dev.weft.finetune.encoder.WeightChange;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import dev.weft.finetune.torch.NativeArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An adapter in native memory: folds {@code s · B · core · A} and the side deltas into the weights
 * a layer multiplies by, and turns a layer's {@code x} and {@code dy} into gradients of its
 * factors.
 *
 * <p>Folding costs one small product per layer and step and keeps query, key and value one matmul;
 * the factors' gradients never form the dense {@code dyᵀ x}.
 */
final class NativeAdapter implements WeightChange {
  private final ChainAdapter form;
  private final Kernels kernels;
  private final TensorMap initial;
  private final Map<String, NativeArray> tensors = new LinkedHashMap<>();
  private final Map<LinearSite, Attachment> attachments = new LinkedHashMap<>();

  /** What is attached to one layer. */
  private record Attachment(
      String layer,
      NativeArray a,
      Optional<NativeArray> core,
      NativeArray b,
      Optional<NativeArray> sideSum) {}

  /**
   * @param owner the arena that the tensors live in
   * @param sites the target's layers as sites, in target order
   * @param sideSums of {@link SideDeltaSums}
   */
  NativeAdapter(
      Arena owner,
      Kernels kernels,
      Adapter adapter,
      List<LinearSite> sites,
      List<Tensor> sideSums) {
    this.form = adapter.form();
    this.kernels = kernels;
    this.initial = adapter.tensors();
    adapter.tensors().asMap().forEach((name, tensor) -> tensors.put(name, owner.floats(tensor)));
    for (int i = 0; i < sites.size(); i++) {
      String layer = sites.get(i).name();
      attachments.put(
          sites.get(i),
          new Attachment(
              layer,
              tensor(Part.A, layer),
              form.core() == ChainAdapter.Core.FULL
                  ? Optional.of(tensor(Part.CORE, layer))
                  : Optional.empty(),
              tensor(Part.B, layer),
              sideSums.isEmpty() ? Optional.empty() : Optional.of(owner.floats(sideSums.get(i)))));
    }
  }

  NativeArray headWeight() {
    return tensors.get(AdapterTarget.Head.WEIGHT);
  }

  NativeArray headBias() {
    return tensors.get(AdapterTarget.Head.BIAS);
  }

  /** The tensors of the trained parts, to be updated in place, in canonical order. */
  Map<String, NativeArray> trained() {
    Map<String, NativeArray> trained = new LinkedHashMap<>(tensors);
    trained.keySet().removeIf(name -> !form.trained().contains(Part.of(name)));
    return trained;
  }

  /** Present values of the trained tensors. */
  TensorMap trainedValues() {
    Map<String, NativeArray> trained = trained();
    return initial.filter(trained::containsKey).map((name, before) -> trained.get(name).toTensor());
  }

  /** The layers whose factors train. */
  Set<LinearSite> trainedSites() {
    return form.trainedFactors() == 0 ? Set.of() : attachments.keySet();
  }

  @Override
  public NativeArray apply(Arena arena, LinearSite site, NativeArray frozen) {
    Attachment attached = attachments.get(site);
    if (attached == null) {
      return frozen;
    }
    NativeArray base =
        attached.sideSum().map(sum -> kernels.callOne(arena, "plus", frozen, sum)).orElse(frozen);
    return kernels.callOne(
        arena, "plus_product", base, attached.b(), right(arena, attached), scale());
  }

  /** Collects the gradients of the trained factors, by tensor name, into {@code gradients}. */
  GradientSink gradientsInto(Arena owner, Map<String, NativeArray> gradients) {
    return (arena, site, x, dy) -> {
      Attachment attached = attachments.get(site);
      for (Part part : form.trained()) {
        if (part != Part.HEAD) {
          gradients.put(
              part.tensorName(attached.layer()), gradient(owner, arena, part, attached, x, dy));
        }
      }
    };
  }

  private NativeArray gradient(
      Arena owner, Arena scratch, Part part, Attachment attached, NativeArray x, NativeArray dy) {
    return switch (part) {
      case A -> kernels.callOne(owner, "gradient_right", x, dy, left(scratch, attached), scale());
      case B -> kernels.callOne(owner, "gradient_left", x, dy, right(scratch, attached), scale());
      case CORE ->
          kernels.callOne(owner, "gradient_middle", x, dy, attached.b(), attached.a(), scale());
      case HEAD -> throw new IllegalArgumentException("the head is no factor of a layer");
    };
  }

  /** core · A, or A where there is no core. */
  private NativeArray right(Arena arena, Attachment attached) {
    return attached
        .core()
        .map(core -> kernels.callOne(arena, "product", core, attached.a()))
        .orElse(attached.a());
  }

  /** B · core, or B where there is no core. */
  private NativeArray left(Arena arena, Attachment attached) {
    return attached
        .core()
        .map(core -> kernels.callOne(arena, "product", attached.b(), core))
        .orElse(attached.b());
  }

  private NativeArray tensor(Part part, String layer) {
    return tensors.get(part.tensorName(layer));
  }

  private double scale() {
    return form.scale();
  }
}
