package dev.weft.core.config;

import dev.weft.core.method.LocalTraining;
import dev.weft.core.update.FixedPoint;
import dev.weft.core.update.UpdateEncoding;
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

  /**
   * How updates become integers, agreed for the largest sum that a round can have. A function of
   * what is agreed, whatever examples the clients have.
   *
   * @param training what clients do in every round
   * @param mostExamples that a client may claim
   * @param clients of a round
   */
  public UpdateEncoding encoding(LocalTraining training, long mostExamples, int clients) {
    FixedPoint fitting = fitting(training, mostExamples);
    return new UpdateEncoding(
        new FixedPoint(fractionBits.orElse(fitting.fractionBits()), range.orElse(fitting.range())),
        mostExamples,
        clients);
  }

  /** What updates are rounded to if nobody chooses. */
  public static FixedPoint fitting(LocalTraining training, long mostExamples) {
    return FixedPoint.fitting(mostExamples, training.reach(mostExamples));
  }
}
