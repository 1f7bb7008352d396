package dev.weft.core.adapter;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import java.util.List;
import java.util.Optional;

/**
 * What an adapter attaches to: the adapted linear layers of a base model and its classification
 * head, if it classifies. Derived from the model on every site; its digest is compared before any
 * training.
 *
 * @param layers adapted layers, in model order
 * @param head shape of the classification head; empty for a language model
 */
public record AdapterTarget(List<Layer> layers, Optional<Head> head) {

  /** A frozen linear layer {@code W [out, in]}, named as in the checkpoint without ".weight". */
  public record Layer(String name, int out, int in) {
    public Layer {
      if (name.isBlank()) {
        throw new IllegalArgumentException("name: an adapted layer must have a name");
      }
      if (out < 1 || in < 1) {
        throw new IllegalArgumentException(
            Text.format("out, in: layer %s must not be empty, got [%d, %d]", name, out, in));
      }
    }
  }

  /** A linear head {@code [classes, features]} with bias. */
  public record Head(int classes, int features) {
    public static final String WEIGHT = "classifier.weight";
    public static final String BIAS = "classifier.bias";

    public Head {
      if (classes < 1 || features < 1) {
        throw new IllegalArgumentException(
            Text.format(
                "classes, features: the head must not be empty, got [%d, %d]", classes, features));
      }
    }

    /** Number of its weights and biases. */
    public long scalars() {
      return (long) classes * (features + 1);
    }
  }

  public AdapterTarget {
    layers = List.copyOf(layers);
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("layers: at least one layer must be adapted");
    }
    if (layers.stream().map(Layer::name).distinct().count() < layers.size()) {
      throw new IllegalArgumentException("layers: two layers share a name in " + layers);
    }
  }

  /** A target that classifies. */
  public static AdapterTarget of(List<Layer> layers, Head head) {
    return new AdapterTarget(layers, Optional.of(head));
  }

  /** A target without a head, such as a language model. */
  public static AdapterTarget of(List<Layer> layers) {
    return new AdapterTarget(layers, Optional.empty());
  }

  /** The largest rank every layer can hold. */
  public int largestRank() {
    return layers.stream().mapToInt(layer -> Math.min(layer.out(), layer.in())).min().getAsInt();
  }

  /** Over every layer's name and shape, in order, and the head's shape, if there is one. */
  public Digest digest() {
    Digest.Builder digest = Digest.builder();
    layers.forEach(layer -> digest.add(layer.name()).add(layer.out() + " x " + layer.in()));
    head.ifPresent(shape -> digest.add(shape.classes() + " x " + shape.features()));
    return digest.build();
  }
}
