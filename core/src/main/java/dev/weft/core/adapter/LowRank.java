package dev.weft.core.adapter;

import dev.weft.core.Text;
import dev.weft.core.tensor.Tensor;

/**
 * A matrix in factored form, {@code left · right}.
 *
 * @param left [out, q]
 * @param right [q, in]
 */
public record LowRank(Tensor left, Tensor right) {

  public LowRank {
    if (left.shape().size() != 2 || right.shape().size() != 2) {
      throw new IllegalArgumentException(
          Text.format("two matrices needed, got left %s, right %s", left.shape(), right.shape()));
    }
    if (left.dimension(1) != right.dimension(0)) {
      throw new IllegalArgumentException(
          Text.format("inner dimensions differ: left %s, right %s", left.shape(), right.shape()));
    }
  }

  /** q, the inner dimension. */
  public int rank() {
    return right.dimension(0);
  }

  public int out() {
    return left.dimension(0);
  }

  public int in() {
    return right.dimension(1);
  }
}
