package dev.weft.core.config;

import dev.weft.core.update.FixedPoint;
import java.util.Optional;

/**
 * How updates become integers.
 *
 * @param fractionBits of an entry times its weight; empty for what the weights' cap asks for
 * @param range entries lie strictly within ± this; empty for what local training can reach
 */
public record UpdateConfig(Optional<Integer> fractionBits, Optional<Integer> range) {
  public UpdateConfig {
    fractionBits.ifPresent(
        bits -> Check.between("fraction-bits", bits, 1, FixedPoint.MOST_FRACTION_BITS));
    range.ifPresent(most -> Check.between("range", most, 1, FixedPoint.MOST_RANGE));
  }
}
