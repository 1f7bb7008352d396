package dev.weft.core.protection;

import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;

/**
 * Bounds what one update can do: {@code x · min(1, C / ‖x‖₂)} over all its tensors together
 * (McMahan et al., "Learning differentially private recurrent language models", ICLR 2018). What
 * comes out is never longer than C, not even by rounding.
 *
 * @param norm the clipping norm C; infinite leaves updates as they are
 */
public record Clipping(double norm) {

  /** Leaves updates as they are. */
  public static final Clipping NONE = new Clipping(Double.POSITIVE_INFINITY);

  /** Its relative error is below {@code 2^-23}, half of what it costs to round each entry once. */
  private static final double ROUNDING = 1 - 0x1.0p-23;

  public Clipping {
    if (!(norm > 0)) {
      throw new IllegalArgumentException("norm: must be positive, got " + norm);
    }
  }

  /** The update, shortened if it is too long; one that is not finite is left to who encodes it. */
  public TensorMap clip(TensorMap update) {
    double length = length(update);
    if (!(length > norm) || Double.isInfinite(length)) {
      return update;
    }
    double factor = norm / length * ROUNDING;
    return update.map((name, tensor) -> tensor.times(factor));
  }

  /** ‖x‖₂ over all tensors, summed with Neumaier's compensation. */
  public static double length(TensorMap update) {
    double sum = 0;
    double lost = 0;
    for (Tensor tensor : update.asMap().values()) {
      for (int i = 0; i < tensor.size(); i++) {
        double square = (double) tensor.at(i) * tensor.at(i);
        double next = sum + square;
        lost += sum >= square ? (sum - next) + square : (square - next) + sum;
        sum = next;
      }
    }
    return Math.sqrt(sum + lost);
  }
}
