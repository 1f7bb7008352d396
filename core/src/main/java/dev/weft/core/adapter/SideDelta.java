package dev.weft.core.adapter;

import dev.weft.core.Text;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * One low-rank addition to the frozen base, kept beside it and never folded into quantized weights
 * (methods.md fact 7). Side deltas form a numbered log; a client needs all of them, in order.
 *
 * @param number position in the log, from 0
 * @param layers the added matrices in target order, scale already included
 */
public record SideDelta(int number, List<LowRank> layers) {

  public SideDelta {
    layers = List.copyOf(layers);
    if (number < 0) {
      throw new IllegalArgumentException("number: must not be negative, got " + number);
    }
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("layers: a side delta needs at least one matrix");
    }
    if (layers.stream().mapToInt(LowRank::rank).distinct().count() > 1) {
      throw new IllegalArgumentException("layers: all matrices of a side delta share one rank");
    }
  }

  /** The rank that all its matrices share. */
  public int rank() {
    return layers.get(0).rank();
  }

  /**
   * Factors as named tensors, for the wire and the digest.
   *
   * @throws IllegalArgumentException if the target has another number of layers
   */
  public TensorMap tensors(AdapterTarget target) {
    if (layers.size() != target.layers().size()) {
      throw new IllegalArgumentException(
          Text.format(
              "layers: the target has %d, the side delta %d",
              target.layers().size(), layers.size()));
    }
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      String layer = target.layers().get(i).name();
      tensors.put(Part.A.tensorName(layer), layers.get(i).right());
      tensors.put(Part.B.tensorName(layer), layers.get(i).left());
    }
    return TensorMap.of(tensors);
  }

  /** Inverse of {@link #tensors}. */
  public static SideDelta of(int number, AdapterTarget target, TensorMap tensors) {
    List<LowRank> layers = new ArrayList<>();
    for (AdapterTarget.Layer layer : target.layers()) {
      layers.add(
          new LowRank(
              tensors.get(Part.B.tensorName(layer.name())),
              tensors.get(Part.A.tensorName(layer.name()))));
    }
    return new SideDelta(number, layers);
  }
}
