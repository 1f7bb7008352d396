package dev.weft.core.adapter;

import dev.weft.core.Digest;
import java.util.List;

/**
 * What an adapter attaches to: the adapted linear layers of a base model and its classification
 * head. Derived from the model on every site; its digest is compared before any training.
 *
 * @param layers adapted layers, in model order
 * @param head shape of the classification head
 */
public record AdapterTarget(List<Layer> layers, Head head) {

  /** A frozen linear layer {@code W [out, in]}, named as in the checkpoint without ".weight". */
  public record Layer(String name, int out, int in) {
    public Layer {
      if (name.isBlank()) {
        throw new IllegalArgumentException("name: an adapted layer must have a name");
      }
      if (out < 1 || in < 1) {
        throw new IllegalArgumentException(
            "out, in: layer %s must not be empty, got [%d, %d]".formatted(name, out, in));
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
            "classes, features: the head must not be empty, got [%d, %d]"
                .formatted(classes, features));
      }
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

  /** The largest rank every layer can hold. */
  public int largestRank() {
    return layers.stream().mapToInt(layer -> Math.min(layer.out(), layer.in())).min().getAsInt();
  }

  /** Over every layer's name and shape, in order, and the head's shape. */
  public Digest digest() {
    Digest.Builder digest = Digest.builder();
    layers.forEach(layer -> digest.add(layer.name()).add(layer.out() + " x " + layer.in()));
    return digest.add(head.classes() + " x " + head.features()).build();
  }
}
