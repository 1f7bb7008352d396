package dev.weft.core.protection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.random.Seed;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeds are fixed, so each test was decided once; the rates are what they were decided at. */
class DiscreteGaussianTest {
  private static final int DRAWS = 100_000;

  /**
   * Pearson's statistic over the cells that expect at least ten draws, all others together in one.
   * It exceeds its degrees of freedom by five of its standard deviations with probability below
   * 1e-4.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 2, 3.7, 10})
  void drawsFollowTheExactProbabilities(double sigma) {
    int reach = (int) Math.ceil(12 * sigma);
    double[] probability = probabilities(sigma, reach);
    long[] drawn = new long[2 * reach + 1];
    DiscreteGaussian gaussian = new DiscreteGaussian(sigma * sigma);
    RandomGenerator random = random(sigma);
    for (int i = 0; i < DRAWS; i++) {
      drawn[(int) gaussian.draw(random) + reach]++;
    }

    double statistic = 0;
    int cells = 0;
    double restExpected = 0;
    double restDrawn = 0;
    for (int cell = 0; cell < drawn.length; cell++) {
      double expected = probability[cell] * DRAWS;
      if (expected < 10) {
        restExpected += expected;
        restDrawn += drawn[cell];
      } else {
        statistic += (drawn[cell] - expected) * (drawn[cell] - expected) / expected;
        cells++;
      }
    }
    assertThat(restDrawn).isCloseTo(restExpected, within(5 * Math.sqrt(restExpected) + 5));
    int freedom = cells - 1;
    assertThat(statistic).isBetween(0.0, freedom + 5 * Math.sqrt(2.0 * freedom));
  }

  /** Mean and variance leave theirs by four standard errors with probability below 1e-4 each. */
  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 37.25, 1000, 1e6, 1e12})
  void meanAndVarianceAreThoseOfTheDistribution(double sigma) {
    int draws = 20_000;
    DiscreteGaussian gaussian = new DiscreteGaussian(sigma * sigma);
    RandomGenerator random = random(sigma);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < draws; i++) {
      double drawn = gaussian.draw(random);
      sum += drawn;
      squares += drawn * drawn;
    }
    double variance = sigma < 30 ? variance(sigma) : sigma * sigma;
    assertThat(sum / draws).isCloseTo(0, within(4 * sigma / Math.sqrt(draws)));
    assertThat(squares / draws)
        .isCloseTo(variance, within(4 * variance * Math.sqrt(2.0 / draws) * 1.2));
  }

  @Test
  void theParameterBoundsTheVarianceAndSoonIsIt() {
    assertThat(variance(0.5)).isLessThan(0.25);
    assertThat(variance(1)).isCloseTo(1, within(1e-6));
    assertThat(new DiscreteGaussian(2.25).variance()).isEqualTo(2.25);
  }

  @Test
  void theSameBitsGiveTheSameDraws() {
    DiscreteGaussian gaussian = new DiscreteGaussian(123.456);
    RandomGenerator once = random(1);
    RandomGenerator again = random(1);
    for (int i = 0; i < 100; i++) {
      assertThat(gaussian.draw(once)).isEqualTo(gaussian.draw(again));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void aVarianceIsPositiveAndFinite(double variance) {
    assertThatIllegalArgumentException().isThrownBy(() -> new DiscreteGaussian(variance));
  }

  private static double[] probabilities(double sigma, int reach) {
    double[] probability = new double[2 * reach + 1];
    double total = 0;
    for (int x = -reach; x <= reach; x++) {
      probability[x + reach] = Math.exp(-x * (double) x / (2 * sigma * sigma));
      total += probability[x + reach];
    }
    for (int i = 0; i < probability.length; i++) {
      probability[i] /= total;
    }
    return probability;
  }

  private static double variance(double sigma) {
    int reach = (int) Math.ceil(14 * sigma);
    double[] probability = probabilities(sigma, reach);
    double variance = 0;
    for (int x = -reach; x <= reach; x++) {
      variance += probability[x + reach] * x * x;
    }
    return variance;
  }

  private static RandomGenerator random(double sigma) {
    return new Seed(5).of("noise", Double.toString(sigma)).random();
  }
}
