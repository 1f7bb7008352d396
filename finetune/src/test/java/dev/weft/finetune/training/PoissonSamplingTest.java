package dev.weft.finetune.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.method.LocalTraining;
import dev.weft.core.random.Seed;
import dev.weft.text.TokenizedSet;
import dev.weft.text.TokenizedSets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Statistics allow six standard deviations of what they estimate: a right sampler fails one of them
 * for one seed in a hundred million.
 */
class PoissonSamplingTest {
  private static final Seed SEED = new Seed(20);
  private static final int SIGMAS = 6;
  private static final int EXAMPLES = 40;
  private static final int STEPS = 20_000;
  private static final double RATE = 0.05;
  private static final TokenizedSet DATA = TokenizedSets.random(EXAMPLES, 12, 10, 2, 1);
  private static final List<int[]> BATCHES = round(RATE, SEED, STEPS, 1);

  @Test
  void everyExampleIsInAStepAtTheRateSaid() {
    int[] times = new int[EXAMPLES];
    BATCHES.forEach(batch -> Arrays.stream(batch).forEach(example -> times[example]++));

    double deviation = Math.sqrt(RATE * (1 - RATE) / STEPS);
    for (int example = 0; example < EXAMPLES; example++) {
      assertThat((double) times[example] / STEPS)
          .as("example %d", example)
          .isCloseTo(RATE, within(SIGMAS * deviation));
    }
  }

  /**
   * Independent examples give batches whose sizes are binomial; a batch of fixed size would not.
   */
  @Test
  void examplesDoNotDependOnEachOther() {
    double mean = EXAMPLES * RATE;
    double variance = mean * (1 - RATE);
    double found =
        BATCHES.stream().mapToDouble(batch -> Math.pow(batch.length - mean, 2)).sum() / STEPS;

    double fourth = variance * (1 + 3 * variance - 6 * RATE * (1 - RATE));
    double deviation = Math.sqrt((fourth - variance * variance) / STEPS);
    assertThat(found).isCloseTo(variance, within(SIGMAS * deviation));
  }

  /**
   * An example that was just seen is as likely as any other; in shuffled passes it would not be.
   */
  @Test
  void stepsDoNotDependOnEachOther() {
    for (int apart : new int[] {1, 2, 20}) {
      long again = 0;
      for (int step = apart; step < STEPS; step++) {
        int[] before = BATCHES.get(step - apart);
        again += Arrays.stream(BATCHES.get(step)).filter(e -> contains(before, e)).count();
      }

      double pairs = (double) EXAMPLES * (STEPS - apart);
      double both = RATE * RATE;
      assertThat(again / pairs)
          .as("%d steps apart", apart)
          .isCloseTo(both, within(SIGMAS * Math.sqrt(2 * both / pairs)));
    }
  }

  @Test
  void someStepsHaveNoExample() {
    long empty = BATCHES.stream().filter(batch -> batch.length == 0).count();

    double chance = Math.pow(1 - RATE, EXAMPLES);
    double deviation = Math.sqrt(chance * (1 - chance) / STEPS);
    assertThat((double) empty / STEPS).isCloseTo(chance, within(SIGMAS * deviation));
  }

  @Test
  void theSeedDecidesAndRoundsGoOnWhereTheLastEnded() {
    List<int[]> roundByRound = new ArrayList<>(round(RATE, SEED, 50, 1));
    roundByRound.addAll(round(RATE, SEED, 50, 2));

    assertThat(roundByRound.toArray(int[][]::new))
        .isDeepEqualTo(BATCHES.subList(0, 100).toArray(int[][]::new));
    assertThat(round(RATE, new Seed(21), 100, 1).toArray(int[][]::new))
        .isNotEqualTo(roundByRound.toArray(int[][]::new));
  }

  @Test
  void aRateOfOneIsTheWholeSetInEveryStep() {
    assertThat(round(1, SEED, 3, 1)).hasSize(3).allMatch(batch -> batch.length == EXAMPLES);
  }

  @Test
  void aRateThatIsNoProbabilityIsRefused() {
    for (double rate : new double[] {0, -0.1, 1.5, Double.NaN}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new PoissonSampling(rate))
          .withMessage("rate: must be above 0 and at most 1, got " + rate);
    }
  }

  private static List<int[]> round(double rate, Seed seed, int steps, int round) {
    return new PoissonSampling(rate).round(DATA, LocalTraining.ofSteps(steps, 8, 0.1), seed, round);
  }

  private static boolean contains(int[] batch, int example) {
    return Arrays.stream(batch).anyMatch(each -> each == example);
  }
}
