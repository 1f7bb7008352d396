package dev.weft.core.protection;

import java.util.random.RandomGenerator;

/** Noise on the grid that updates are rounded to; integers alone, so that no last bit tells. */
public interface IntegerNoise {

  /** No noise. */
  IntegerNoise NONE =
      new IntegerNoise() {
        @Override
        public long draw(RandomGenerator randomness) {
          return 0;
        }

        @Override
        public double variance() {
          return 0;
        }
      };

  /** One draw, in grid steps. */
  long draw(RandomGenerator randomness);

  /** What the variance of a draw is, or is below, in squared grid steps. */
  double variance();
}
