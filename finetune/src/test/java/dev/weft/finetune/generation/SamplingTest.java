package dev.weft.finetune.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.random.Seed;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingTest {
  /** Probabilities 0.1, 0.4, 0.2, 0.3, up to a factor. */
  private static final float[] SCORES = {
    (float) Math.log(1), (float) Math.log(4), (float) Math.log(2), (float) Math.log(3)
  };

  @Property(tries = 100)
  void withoutTemperatureTheLikeliestTokenIsTaken(
      @ForAll @Size(min = 1, max = 30) @FloatRange(min = -50, max = 50) float[] scores) {
    int chosen = Sampling.greedy().chooser().next(scores);

    for (float score : scores) {
      assertThat(scores[chosen]).isGreaterThanOrEqualTo(score);
    }
  }

  /** Four standard deviations of 20 000 draws: 0.014. The seed is fixed, so the test is, too. */
  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 3})
  void tokensComeAsOftenAsTheirProbabilitiesSay(double temperature) {
    double[] shares = shares(new Sampling(temperature, 1, new Seed(5)));
    double[] expected = {1, 4, 2, 3};
    double total = 0;
    for (int i = 0; i < 4; i++) {
      expected[i] = Math.pow(expected[i], 1 / temperature);
      total += expected[i];
    }

    for (int i = 0; i < 4; i++) {
      assertThat(shares[i]).isCloseTo(expected[i] / total, within(0.014));
    }
  }

  @Test
  void onlyTheLikeliestTokensThatReachTopPAreDrawn() {
    double[] shares = shares(new Sampling(1, 0.65, new Seed(5)));

    assertThat(shares[0]).isZero();
    assertThat(shares[2]).isZero();
    assertThat(shares[1]).isCloseTo(4 / 7.0, within(0.014));
    assertThat(shares(new Sampling(1, 0.01, new Seed(5)))[1]).isCloseTo(1, within(1e-9));
  }

  @Test
  void impossibleSettingsAreRefusedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sampling(-1, 1, new Seed(0)))
        .withMessageStartingWith("temperature:");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sampling(Double.NaN, 1, new Seed(0)))
        .withMessageStartingWith("temperature:");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sampling(1, 0, new Seed(0)))
        .withMessageStartingWith("topP:");
  }

  private static double[] shares(Sampling sampling) {
    Sampling.Chooser chooser = sampling.chooser();
    double[] shares = new double[4];
    IntStream.range(0, 20_000).forEach(draw -> shares[chooser.next(SCORES)] += 1 / 20_000.0);
    return shares;
  }
}
