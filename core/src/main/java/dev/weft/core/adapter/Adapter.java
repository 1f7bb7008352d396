package dev.weft.core.adapter;

import dev.weft.core.Text;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.core.tensor.TensorSchema;
import java.util.Set;

/**
 * An adapter as a value: its form, what it attaches to, and all its tensors, frozen ones included.
 *
 * @param form shapes, scale and trained parts
 * @param target the layers and head it attaches to
 * @param tensors exactly those of {@link AdapterForm#schema}, in its order
 */
public record Adapter(AdapterForm form, AdapterTarget target, TensorMap tensors) {

  public Adapter {
    TensorSchema expected = form.schema(target);
    if (!expected.equals(tensors.schema())) {
      throw new IllegalArgumentException(
          Text.format(
              "tensors: do not follow the form, expected %s, got %s",
              expected.entries(), tensors.schema().entries()));
    }
  }

  /** The adapter that changes nothing. */
  public static Adapter zeros(AdapterForm form, AdapterTarget target) {
    return new Adapter(form, target, form.zeros(target));
  }

  /** {@code A [r, in]} of a layer. */
  public Tensor a(AdapterTarget.Layer layer) {
    return tensor(Part.A, layer);
  }

  /** {@code B [out, r]} of a layer. */
  public Tensor b(AdapterTarget.Layer layer) {
    return tensor(Part.B, layer);
  }

  /** The core of a layer, {@code [r, r]} or a diagonal {@code [r]}; for forms that have one. */
  public Tensor core(AdapterTarget.Layer layer) {
    return tensor(Part.CORE, layer);
  }

  /** The tensor that plays a part at a layer. */
  public Tensor tensor(Part part, AdapterTarget.Layer layer) {
    return tensors.get(part.tensorName(layer.name()));
  }

  /** All {@linkplain AdapterForm#factors factors} of a layer but A, {@code [out, r]} row by row. */
  public double[] left(AdapterTarget.Layer layer) {
    return FactorProduct.left(this, layer);
  }

  /** The product of a layer as a pair, the scale in its left factor. */
  public LowRank pair(AdapterTarget.Layer layer) {
    double[] left = left(layer);
    float[] scaled = new float[left.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = form.scale() * (float) left[i];
    }
    return new LowRank(Tensor.of(scaled, layer.out(), form.rank()), a(layer));
  }

  /** The tensors of one part. */
  public TensorMap part(Part part) {
    return parts(Set.of(part));
  }

  /** The tensors of some parts, in canonical order. */
  public TensorMap parts(Set<Part> parts) {
    return tensors.filter(name -> parts.contains(Part.of(name)));
  }

  /** What a client sends: the tensors of the trained parts. */
  public TensorMap trained() {
    return parts(form.trained());
  }

  /** This adapter with the given tensors in place of its own. */
  public Adapter with(TensorMap replacement) {
    return new Adapter(form, target, tensors.overlay(replacement));
  }

  /**
   * The leading part of this adapter at a smaller rank, with the same scale and head; see {@link
   * Part}.
   *
   * @throws IllegalArgumentException if {@code rank} is below 1 or above this adapter's
   */
  public Adapter truncate(int rank) {
    if (rank == form.rank()) {
      return this;
    }
    if (rank < 1 || rank > form.rank()) {
      throw new IllegalArgumentException(
          Text.format("rank: cannot truncate rank %d to %d", form.rank(), rank));
    }
    return new Adapter(
        form.withRank(rank),
        target,
        tensors.map((name, tensor) -> Part.of(name).truncate(tensor, rank)));
  }
}
