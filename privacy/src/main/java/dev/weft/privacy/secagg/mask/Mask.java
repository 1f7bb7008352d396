package dev.weft.privacy.secagg.mask;

import dev.weft.privacy.secagg.primitive.Secret;

/**
 * One keystream that is added to a vector or taken from it.
 *
 * @param negative whether it is taken from it
 */
public record Mask(Secret seed, boolean negative) {
  /** What undoes it. */
  public Mask opposite() {
    return new Mask(seed, !negative);
  }
}
