package dev.weft.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.Text;
import dev.weft.core.config.RoundConfig;
import dev.weft.core.random.Seed;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CohortTest {

  @Property
  void sizeFollowsTheFractionAndTheMinimum(
      @ForAll @IntRange(min = 2, max = 30) int sites,
      @ForAll @DoubleRange(min = 0.01, max = 1) double fraction,
      @ForAll long seed) {
    List<Site> cohort = Cohort.sample(sites(sites), config(fraction, 2), new Seed(seed), 1);

    assertThat(cohort)
        .hasSize(
            Math.max(
                2,
                new BigDecimal(Double.toString(fraction))
                    .multiply(new BigDecimal(sites))
                    .setScale(0, RoundingMode.CEILING)
                    .intValue()))
        .doesNotHaveDuplicates()
        .isSortedAccordingTo((a, b) -> a.name().compareTo(b.name()));
  }

  /** In binary, 0.07 · 100 is a little more than 7. */
  @ParameterizedTest
  @CsvSource({
    "0.07,100,7",
    "0.1,30,3",
    "0.29,100,29",
    "0.57,100,57",
    "0.55,100,55",
    "0.28,25,7",
    "0.0625,16,1",
    "0.34,3,2",
    "1e-9,1000,1",
    "1,7,7",
    "0.999,1000,999"
  })
  void theShareIsTheDecimalThatWasWritten(double fraction, int sites, int size) {
    assertThat(config(fraction, 1).cohortSize(sites)).isEqualTo(size);
  }

  @Property(tries = 50)
  void theSampleIgnoresHowSitesAreListed(@ForAll long seed) {
    List<Site> listed = sites(12);
    List<Site> reversed = new ArrayList<>(listed);
    Collections.reverse(reversed);

    assertThat(Cohort.sample(reversed, config(0.4, 1), new Seed(seed), 5))
        .isEqualTo(Cohort.sample(listed, config(0.4, 1), new Seed(seed), 5));
  }

  /** Each of 10 sites is expected 200 times in 400 rounds; 6 standard deviations are 60. */
  @Test
  void everySiteIsAskedEquallyOften() {
    List<Site> sites = sites(10);
    int[] asked = new int[10];
    for (int round = 1; round <= 400; round++) {
      Cohort.sample(sites, config(0.5, 1), new Seed(1), round)
          .forEach(site -> asked[sites.indexOf(site)]++);
    }

    assertThat(IntStream.of(asked).boxed()).allMatch(times -> Math.abs(times - 200) <= 60);
  }

  private static List<Site> sites(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Site(Text.format("site-%02d", i), 1))
        .toList();
  }

  private static RoundConfig config(double fraction, int minClients) {
    Duration minute = Duration.ofMinutes(1);
    return new RoundConfig(
        fraction,
        minClients,
        Optional.empty(),
        Optional.empty(),
        minute,
        minute,
        minute,
        minute,
        minute);
  }
}
