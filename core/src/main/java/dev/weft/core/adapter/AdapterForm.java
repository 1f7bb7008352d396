package dev.weft.core.adapter;

import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.core.tensor.TensorSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The form of an adapter: which tensors it has on a target, which of them train, and what they make
 * of a frozen weight. Everything that decides with which method a form goes together is declared
 * here; nobody asks for its name.
 *
 * <p>Every form is a {@link ChainAdapter}, alone or with something around it.
 */
public sealed interface AdapterForm
    permits ChainAdapter, DoraAdapter, AlloraAdapter, HadamardAdapter, VeraAdapter {

  /** All kinds of form there are. */
  static List<FormKind> kinds() {
    return List.of(
        ChainAdapter.KIND,
        DoraAdapter.KIND,
        AlloraAdapter.KIND,
        HadamardAdapter.KIND,
        VeraAdapter.KIND);
  }

  /** Its kind, under which it is written down and found again. */
  FormKind kind();

  /** What its kind needs besides the chain to make this form. */
  default List<Float> numbers() {
    return List.of();
  }

  /** The product that this form adds to the weight, or what it is made of. */
  ChainAdapter chain();

  /** This form around another chain. */
  AdapterForm with(ChainAdapter chain);

  /** The parts this form has, in canonical order. */
  Set<Part> parts();

  /** The parts that clients train and send. */
  Set<Part> trained();

  /**
   * The parts whose product, times s, is the change of the weight, from left to right: A is the
   * last, and what stands before B is diagonal.
   */
  default List<Part> factors() {
    return chain().factors();
  }

  /** Whether the weight changes by s times the product of {@link #factors} and nothing else. */
  boolean product();

  /**
   * Whether it also trains as that product does, with nothing in the way of its gradients. A form
   * that does not needs an engine of its own, or a hook in its training.
   */
  boolean trainsAsProduct();

  /** How PEFT keeps this very form; empty where it does not know it. */
  default Optional<PeftForm> peft() {
    return kind().peft();
  }

  /** The inner dimension r. */
  default int rank() {
    return chain().rank();
  }

  /** s, usually alpha / r; it belongs to the adapter and travels with it. */
  default float scale() {
    return chain().scale();
  }

  /** This form at another rank, with the same scale. */
  default AdapterForm withRank(int rank) {
    return with(chain().withRank(rank));
  }

  /** This form with another scale. */
  default AdapterForm withScale(float scale) {
    return with(chain().withScale(scale));
  }

  /** This form with only the given parts of its chain trained, besides the head. */
  default AdapterForm training(Part first, Part... others) {
    return with(chain().training(first, others));
  }

  /** How many trained tensors each layer has. */
  default int trainedFactors() {
    return (int) trained().stream().filter(part -> part != Part.HEAD).count();
  }

  /**
   * Whether the change of the weight is an affine function of what is trained. Then, and only then,
   * the mean of clients' trained tensors is the mean of their changes (methods.md fact 1).
   */
  default boolean affine() {
    return product() && trainedFactors() <= 1;
  }

  /**
   * Names and shapes of this form's tensors on a target, in canonical order: layer by layer A,
   * core, B, magnitude, then the head, if there is one.
   */
  default TensorSchema schema(AdapterTarget target) {
    List<TensorSchema.Entry> entries = new ArrayList<>();
    for (AdapterTarget.Layer layer : target.layers()) {
      entries.addAll(entries(layer));
    }
    target
        .head()
        .ifPresent(
            head -> {
              entries.add(
                  new TensorSchema.Entry(
                      AdapterTarget.Head.WEIGHT, List.of(head.classes(), head.features())));
              entries.add(new TensorSchema.Entry(AdapterTarget.Head.BIAS, List.of(head.classes())));
            });
    return new TensorSchema(entries);
  }

  /** Names and shapes of one layer's tensors, in canonical order. */
  List<TensorSchema.Entry> entries(AdapterTarget.Layer layer);

  /** How many numbers clients train and send. */
  default long trainedElements(AdapterTarget target) {
    return trainedElements(schema(target).entries());
  }

  /** How many of them belong to one layer. */
  default long trainedElements(AdapterTarget.Layer layer) {
    return trainedElements(entries(layer));
  }

  private long trainedElements(List<TensorSchema.Entry> entries) {
    return entries.stream()
        .filter(entry -> trained().contains(Part.of(entry.name())))
        .mapToLong(TensorSchema.Entry::elements)
        .sum();
  }

  /** The tensors of {@link #schema}, all zero. */
  default TensorMap zeros(AdapterTarget target) {
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    schema(target)
        .entries()
        .forEach(entry -> tensors.put(entry.name(), Tensor.zeros(entry.dimensions())));
    return TensorMap.of(tensors);
  }
}
