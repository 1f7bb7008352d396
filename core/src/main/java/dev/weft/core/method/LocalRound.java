package dev.weft.core.method;

import dev.weft.core.Text;

/**
 * What every client of a round does with its own data, with nothing left to choose.
 *
 * @param objective what is minimised
 * @param training batch size, steps and learning rates
 * @param round counted from 1; decides where in the shuffled data training goes on and, of all
 *     {@code rounds}, how far the learning rate has moved
 * @param rounds of the whole run
 */
public record LocalRound(LocalObjective objective, LocalTraining training, int round, int rounds) {

  public LocalRound {
    if (round < 1 || round > rounds) {
      throw new IllegalArgumentException(
          Text.format("round: counts from 1 to %d, got %d", rounds, round));
    }
  }

  /** The plain loss in the only round there is. */
  public static LocalRound only(LocalTraining training) {
    return new LocalRound(LocalObjective.meanLoss(), training, 1, 1);
  }

  /**
   * What multiplies the learning rates in one optimizer step.
   *
   * @param step counted from 0 in this round
   * @param steps of every round
   */
  public double rateFactor(long step, long steps) {
    return training.schedule().factor((round - 1) * steps + step, rounds * steps);
  }
}
