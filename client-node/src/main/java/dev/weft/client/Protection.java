package dev.weft.client;

import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.TensorMap;
import dev.weft.core.update.FixedPoint;
import dev.weft.core.update.IntVector;

/**
 * The last thing that happens to an update before it leaves the site: difference from the
 * reference, then fixed-point integers (design.md section 3, step 3).
 */
final class Protection {
  private Protection() {}

  /**
   * @throws WeftException if the trained tensors do not follow the reference, or hold a value that
   *     fixed point cannot
   */
  static IntVector protect(Adapter reference, TensorMap trained, FixedPoint codec, Seed seed) {
    if (!trained.schema().equals(reference.trained().schema())) {
      throw new WeftException(
          Problem.MALFORMED_UPDATE,
          Text.format(
              "update: the trained tensors %s are not the agreed %s",
              trained.names(), reference.trained().names()));
    }
    return codec.encode(trained.minus(reference.trained()), seed);
  }
}
