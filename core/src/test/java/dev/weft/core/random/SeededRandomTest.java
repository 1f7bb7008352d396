package dev.weft.core.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Distributions are tested by the largest distance between empirical and true distribution
 * function, which exceeds {@code sqrt(ln(2/α) / 2n)} with probability at most α at any sample size
 * (Dvoretzky, Kiefer, Wolfowitz; constant by Massart 1990). With α = 1e-9 and a fixed seed, a
 * failure means a defect.
 */
class SeededRandomTest {
  private static final int SAMPLES = 200_000;
  private static final double FALSE_ALARM = 1e-9;
  private static final double LARGEST_DISTANCE =
      Math.sqrt(Math.log(2 / FALSE_ALARM) / (2 * SAMPLES));

  @Test
  void theFirstNumbersOfSeedZeroAreTheKnownAnswerOfPhilox() {
    SeededRandom random = new Seed(0).random();
    assertThat(IntStream.range(0, 4).map(i -> random.nextInt()))
        .containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
  }

  @Test
  void theSeedIsTheKeyWithItsLowWordFirst() {
    int[] block = new int[4];
    Philox.block(block, 0x89abcdef, 0x01234567);
    SeededRandom random = new Seed(0x0123456789abcdefL).random();
    assertThat(IntStream.range(0, 4).map(i -> random.nextInt())).containsExactly(boxed(block));
  }

  /** Pinned: a change of any of these changes every run that was ever recorded. */
  @Test
  void drawsAreWhatTheyHaveAlwaysBeen() {
    assertThat(new Seed(7).random().nextLong()).isEqualTo(-837535193776916004L);
    assertThat(new Seed(7).random().nextDouble()).isEqualTo(0.9545971261687);
    assertThat(new Seed(7).random().nextGaussian()).isEqualTo(1.8738796919830123);
    assertThat(new Seed(7).random().nextGamma(0.5)).isEqualTo(3.146158213414731);
    List<Integer> list = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    new Seed(7).random().shuffle(list);
    assertThat(list).containsExactly(5, 6, 4, 3, 0, 1, 7, 9, 2, 8);
  }

  @Test
  void doublesAreUniform() {
    assertDistribution(SeededRandom::nextDouble, x -> x);
  }

  @Test
  void gaussiansAreStandardNormal() {
    assertDistribution(SeededRandom::nextGaussian, SeededRandomTest::normal);
  }

  @Test
  void gammasFollowTheirShape() {
    assertDistribution(random -> random.nextGamma(0.5), x -> 2 * normal(Math.sqrt(2 * x)) - 1);
    assertDistribution(random -> random.nextGamma(1), x -> 1 - Math.exp(-x));
    assertDistribution(random -> random.nextGamma(2), x -> 1 - (1 + x) * Math.exp(-x));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 64})
  void boundedIntegersAreUniform(int bound) {
    SeededRandom random = new Seed(bound).random();
    int[] counts = new int[bound];
    for (int i = 0; i < SAMPLES; i++) {
      counts[random.nextInt(bound)]++;
    }
    double cumulative = 0;
    for (int value = 0; value < bound; value++) {
      cumulative += counts[value];
      assertThat(cumulative / SAMPLES - (value + 1.0) / bound)
          .isBetween(-LARGEST_DISTANCE, LARGEST_DISTANCE);
    }
  }

  @Property(tries = 200)
  void boundedIntegersStayBelowTheirBound(@ForAll long seed, @ForAll @IntRange(min = 1) int bound) {
    SeededRandom random = new Seed(seed).random();
    for (int i = 0; i < 20; i++) {
      assertThat(random.nextInt(bound)).isBetween(0, bound - 1);
    }
  }

  @Test
  void everyOrderOfAShuffleIsEquallyLikely() {
    Map<List<Integer>, Integer> counts = new HashMap<>();
    for (int i = 0; i < SAMPLES; i++) {
      List<Integer> list = new ArrayList<>(List.of(1, 2, 3, 4));
      new Seed(11).of(i).random().shuffle(list);
      counts.merge(list, 1, Integer::sum);
    }
    double hoeffding = Math.sqrt(Math.log(2 * 24 / FALSE_ALARM) / (2 * SAMPLES));
    assertThat(counts).hasSize(24);
    assertThat(counts.values())
        .allSatisfy(
            count ->
                assertThat((double) count / SAMPLES - 1.0 / 24).isBetween(-hoeffding, hoeffding));
  }

  @Test
  void impossibleParametersAreRefused() {
    SeededRandom random = new Seed(0).random();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> random.nextInt(0))
        .withMessage("bound: must be at least 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> random.nextGamma(Double.NaN))
        .withMessage("shape: must be positive, got NaN");
  }

  private static void assertDistribution(
      ToDoubleFunction<SeededRandom> draw, DoubleUnaryOperator distribution) {
    SeededRandom random = new Seed(42).random();
    double[] sorted = new double[SAMPLES];
    Arrays.setAll(sorted, i -> draw.applyAsDouble(random));
    Arrays.sort(sorted);
    double distance = 0;
    for (int i = 0; i < SAMPLES; i++) {
      double expected = distribution.applyAsDouble(sorted[i]);
      distance = Math.max(distance, Math.abs(expected - (double) i / SAMPLES));
      distance = Math.max(distance, Math.abs(expected - (i + 1.0) / SAMPLES));
    }
    assertThat(distance).isLessThan(LARGEST_DISTANCE);
  }

  /** Φ(x) by its power series (Marsaglia, "Evaluating the normal distribution", JSS 2004). */
  private static double normal(double x) {
    if (Math.abs(x) > 8) {
      return x < 0 ? 0 : 1;
    }
    double sum = x;
    double term = x;
    for (int i = 3; Math.abs(term) > 1e-17; i += 2) {
      term *= x * x / i;
      sum += term;
    }
    return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  private static Integer[] boxed(int[] values) {
    return Arrays.stream(values).boxed().toArray(Integer[]::new);
  }
}
