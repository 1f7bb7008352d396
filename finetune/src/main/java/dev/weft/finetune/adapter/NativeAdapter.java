package dev.weft.finetune.adapter;

import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.Part;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.GradientSink;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.WeightChange;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Adapters of one form in native memory, one per lane, over one log of side deltas. Every tensor
 * has a leading lane axis [lanes, …].
 *
 * <p>A single lane can be folded into the weight that a layer multiplies by; factors beside the
 * weight let many lanes share one base, for forms whose change is a {@linkplain AdapterForm#product
 * product}. Any number of threads may go through it at once, as long as none updates its tensors.
 */
public final class NativeAdapter implements WeightChange {
  private final AdapterForm form;
  private final NativeForm engine;
  private final NativeProduct factors;
  private final int lanes;
  private final TensorMap like;
  private final Map<String, NativeArray> tensors = new LinkedHashMap<>();
  private final Map<LinearSite, LayerTensors> layers = new LinkedHashMap<>();
  private final Map<LinearSite, NativeSideSum> sideSums = new LinkedHashMap<>();

  /**
   * The product of a layer's factors, without scale, as a pair.
   *
   * @param left all factors but the last [lanes, out, r]
   * @param right the last, A [lanes, r, in]
   */
  public record Product(NativeArray left, NativeArray right) {}

  /**
   * @param owner the arena that the tensors live in
   * @param adapters one per lane, of one form and target
   * @param sites the target's layers as sites, in target order
   * @param sideSums of {@link SideDeltaSums}; one per site, or none
   */
  public NativeAdapter(
      Arena owner,
      Kernels kernels,
      List<Adapter> adapters,
      List<LinearSite> sites,
      List<SideSum> sideSums) {
    this.form = adapters.get(0).form();
    this.engine = NativeForms.of(kernels, form);
    this.factors = new NativeProduct(kernels, form);
    this.lanes = adapters.size();
    this.like = adapters.get(0).tensors();
    if (adapters.stream().map(Adapter::form).distinct().count() > 1) {
      throw new IllegalArgumentException("adapters: lanes must share one form");
    }
    if (lanes > 1 && !form.product()) {
      throw new IllegalArgumentException("adapters: only products can share a base, not " + form);
    }
    like.names().forEach(name -> tensors.put(name, owner.floats(stacked(adapters, name))));
    for (int i = 0; i < sites.size(); i++) {
      layers.put(sites.get(i), attachment(sites.get(i)));
      if (!sideSums.isEmpty()) {
        this.sideSums.put(sites.get(i), NativeSideSum.of(owner, kernels, sideSums.get(i)));
      }
    }
  }

  private static Tensor stacked(List<Adapter> adapters, String name) {
    Tensor first = adapters.get(0).tensors().get(name);
    float[] values = new float[adapters.size() * first.size()];
    for (int lane = 0; lane < adapters.size(); lane++) {
      adapters
          .get(lane)
          .tensors()
          .get(name)
          .buffer()
          .get(values, lane * first.size(), first.size());
    }
    int[] shape = new int[first.shape().size() + 1];
    shape[0] = adapters.size();
    System.arraycopy(first.shapeArray(), 0, shape, 1, shape.length - 1);
    return Tensor.of(values, shape);
  }

  private LayerTensors attachment(LinearSite site) {
    Map<Part, NativeArray> parts = new EnumMap<>(Part.class);
    for (Part part : form.parts()) {
      if (part != Part.HEAD) {
        parts.put(part, tensors.get(part.tensorName(site.name())));
      }
    }
    return new LayerTensors(parts);
  }

  public int lanes() {
    return lanes;
  }

  /** The head's tensors [lanes, …] by name; none without a head. */
  public Map<String, NativeArray> head() {
    return withParts(Set.of(Part.HEAD));
  }

  /** The tensors of the trained parts [lanes, …], to be updated in place, in canonical order. */
  public Map<String, NativeArray> trained() {
    return withParts(form.trained());
  }

  private Map<String, NativeArray> withParts(Set<Part> parts) {
    Map<String, NativeArray> chosen = new LinkedHashMap<>(tensors);
    chosen.keySet().removeIf(name -> !parts.contains(Part.of(name)));
    return chosen;
  }

  /** Present values of one lane's trained tensors. */
  public TensorMap trainedValues(int lane) {
    Map<String, NativeArray> trained = trained();
    return like.filter(trained::containsKey)
        .map(
            (name, tensor) -> {
              float[] all = trained.get(name).toFloats();
              int size = tensor.size();
              return Tensor.of(
                  Arrays.copyOfRange(all, lane * size, (lane + 1) * size), tensor.shapeArray());
            });
  }

  /** The layers whose tensors train. */
  public Set<LinearSite> trainedSites() {
    return form.trainedFactors() == 0 ? Set.of() : layers.keySet();
  }

  /** The product at one of the {@link #trainedSites}. */
  public Product product(Arena arena, LinearSite site) {
    LayerTensors attached = layers.get(site);
    return new Product(factors.left(arena, attached), attached.a());
  }

  @Override
  public NativeArray fold(Arena arena, LinearSite site, NativeArray frozen) {
    LayerTensors attached = layers.get(site);
    if (attached == null) {
      return frozen;
    }
    NativeSideSum side = sideSums.get(site);
    return engine.fold(arena, site, attached, side == null ? frozen : side.onto(arena, frozen));
  }

  @Override
  public Optional<Beside> beside(Arena arena, LinearSite site) {
    LayerTensors attached = layers.get(site);
    if (attached == null) {
      return Optional.empty();
    }
    NativeSideSum side = sideSums.get(site);
    return engine
        .beside(arena, attached)
        .map(factors -> side == null ? factors : side.joinedTo(arena, factors));
  }

  @Override
  public boolean laned() {
    return lanes > 1;
  }

  /**
   * Collects the gradients of the trained tensors, by tensor name, into {@code gradients}.
   *
   * @param owner where the gradients live
   * @param gradientLanes lanes of the batch: as many as this adapter has, or a multiple, for
   *     gradients of the parts of each lane
   */
  public GradientSink gradientsInto(
      Arena owner, Map<String, NativeArray> gradients, int gradientLanes) {
    if (gradientLanes % lanes != 0) {
      throw new IllegalArgumentException(
          Text.format("gradientLanes: %d over an adapter of %d lanes", gradientLanes, lanes));
    }
    return (arena, site, x, dy) ->
        engine
            .gradients(owner, arena, site, layers.get(site), x, dy, gradientLanes)
            .forEach((part, gradient) -> gradients.put(part.tensorName(site.name()), gradient));
  }
}
