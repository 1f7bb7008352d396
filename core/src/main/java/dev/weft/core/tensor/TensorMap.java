package dev.weft.core.tensor;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** Named tensors in a fixed order; immutable. */
public final class TensorMap {
  private static final TensorMap EMPTY = new TensorMap(Map.of());

  private final Map<String, Tensor> tensors;

  private TensorMap(Map<String, Tensor> tensors) {
    this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  public static TensorMap empty() {
    return EMPTY;
  }

  /** Keeps the iteration order of {@code tensors}. */
  public static TensorMap of(Map<String, Tensor> tensors) {
    return new TensorMap(tensors);
  }

  /**
   * The tensor of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no tensor " + name + " among " + tensors.keySet());
    }
    return tensor;
  }

  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  public Set<String> names() {
    return tensors.keySet();
  }

  public Map<String, Tensor> asMap() {
    return tensors;
  }

  public boolean isEmpty() {
    return tensors.isEmpty();
  }

  /** Number of scalars in all tensors. */
  public long elements() {
    return tensors.values().stream().mapToLong(Tensor::size).sum();
  }

  /** The tensors whose names pass, in this order. */
  public TensorMap filter(Predicate<String> names) {
    LinkedHashMap<String, Tensor> kept = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (names.test(name)) {
            kept.put(name, tensor);
          }
        });
    return new TensorMap(kept);
  }

  /** The same names with other tensors. */
  public TensorMap map(BiFunction<String, Tensor, Tensor> function) {
    LinkedHashMap<String, Tensor> mapped = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> mapped.put(name, function.apply(name, tensor)));
    return new TensorMap(mapped);
  }

  /**
   * This map with the tensors of {@code other} in place of those of the same name, in this order.
   *
   * @throws IllegalArgumentException if {@code other} holds a name that this map lacks
   */
  public TensorMap overlay(TensorMap other) {
    other.names().forEach(this::get);
    return map((name, tensor) -> other.contains(name) ? other.get(name) : tensor);
  }

  /** Tensor by tensor over these names, every one of which {@code other} must hold. */
  public TensorMap plus(TensorMap other) {
    return map((name, tensor) -> tensor.plus(other.get(name)));
  }

  /** Tensor by tensor over these names, every one of which {@code other} must hold. */
  public TensorMap minus(TensorMap other) {
    return map((name, tensor) -> tensor.minus(other.get(name)));
  }

  /** Names and shapes, in order. */
  public TensorSchema schema() {
    return TensorSchema.of(this);
  }

  /** Writes the little-endian values of all tensors, in order; {@link TensorSchema#read} reads. */
  public void writeTo(OutputStream out) throws IOException {
    for (Tensor tensor : tensors.values()) {
      tensor.writeTo(out);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorMap that
        && schema().equals(that.schema())
        && tensors.equals(that.tensors);
  }

  @Override
  public int hashCode() {
    return tensors.hashCode();
  }

  @Override
  public String toString() {
    return "TensorMap" + tensors;
  }
}
