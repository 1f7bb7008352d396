package dev.weft.core.metrics;

import dev.weft.core.Text;
import java.util.Optional;

/**
 * What a site counted over its held-out examples, as it claims it; {@link #fault} says whether that
 * can be.
 *
 * @param examples that were answered
 * @param targets what was asked: one for each example where classes are predicted, tokens where
 *     text is
 * @param correct targets whose likeliest answer was right
 * @param lossSum cross entropy summed over the targets, in nats
 */
public record AnswerCounts(long examples, long targets, long correct, double lossSum) {
  /** More than a site can hold; sums over sites stay far from overflow. */
  private static final long MOST = 1L << 40;

  /** What cannot be, in one phrase; empty if nothing. */
  public Optional<String> fault() {
    if (examples < 1 || targets < examples || targets > MOST) {
      return Optional.of(
          Text.format("%d examples with %d targets are not possible", examples, targets));
    }
    if (correct < 0 || correct > targets) {
      return Optional.of(
          Text.format("%d right answers to %d targets are not possible", correct, targets));
    }
    return lossSum >= 0 && Double.isFinite(lossSum)
        ? Optional.empty()
        : Optional.of(Text.format("the loss is %s, which is no number to count with", lossSum));
  }

  /** Mean cross entropy per target. */
  public double meanLoss() {
    return lossSum / targets;
  }

  /** Share of the targets whose likeliest answer was right. */
  public double accuracy() {
    return (double) correct / targets;
  }
}
