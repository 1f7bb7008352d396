package dev.weft.client;

import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.TensorMap;
import dev.weft.core.update.RingVector;
import dev.weft.core.update.UpdateEncoding;

/**
 * The last thing that happens to an update before it leaves the site: difference from the
 * reference, then integers of its product with the weight (design.md section 3, step 3).
 */
final class Protection {
  private Protection() {}

  /**
   * @param examples the weight
   * @throws WeftException if the trained tensors do not follow the reference, or hold a value that
   *     fixed point cannot
   */
  static RingVector protect(
      Adapter reference, TensorMap trained, long examples, UpdateEncoding encoding, Seed seed) {
    if (!trained.schema().equals(reference.trained().schema())) {
      throw new WeftException(
          Problem.MALFORMED_UPDATE,
          Text.format(
              "update: the trained tensors %s are not the agreed %s",
              trained.names(), reference.trained().names()));
    }
    return encoding.encode(trained.minus(reference.trained()), examples, seed);
  }
}
