package dev.weft.aggregation.post;

import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Part;
import dev.weft.core.method.Aggregate;
import dev.weft.core.method.PostAggregate;
import dev.weft.core.tensor.Tensor;

/**
 * Shrinks every entry of a part towards zero, {@code x ← sign(x) max(|x| − ξ, 0)}: the proximal map
 * of {@code ξ ‖x‖₁}. What falls below ξ is exactly zero.
 *
 * @param part the part that shrinks
 * @param threshold ξ ≥ 0
 */
public record SoftThreshold(Part part, float threshold) implements PostAggregate {

  public SoftThreshold {
    if (!(threshold >= 0) || Float.isInfinite(threshold)) {
      throw new IllegalArgumentException(
          "threshold: must be finite and not negative, got " + threshold);
    }
  }

  @Override
  public Aggregate apply(Aggregate aggregate) {
    GlobalState next = aggregate.next();
    return aggregate.withNext(
        next.with(next.adapter().part(part).map((name, tensor) -> shrunk(tensor)), part));
  }

  private Tensor shrunk(Tensor tensor) {
    float[] values = tensor.toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.signum(values[i]) * Math.max(Math.abs(values[i]) - threshold, 0);
    }
    return Tensor.of(values, tensor.shapeArray());
  }
}
