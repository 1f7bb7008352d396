package dev.weft.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SitesEvaluationTest {
  private static final double EXACT = 1e-12;

  @Test
  void theMeanIsThatOfThePooledExamplesAndTheSpreadThatOfTheSites() {
    SortedMap<String, AnswerCounts> counts = new TreeMap<>();
    counts.put("north", new AnswerCounts(10, 10, 9, 5));
    counts.put("south", new AnswerCounts(30, 30, 15, 45));

    PooledEvaluation pooled = PooledEvaluation.of(counts, true);

    assertThat(pooled.mean()).isEqualTo(new Evaluation(1.25, Map.of(Metric.ACCURACY, 0.6), 40));
    assertThat(pooled.loss()).isEqualTo(new Spread(0.5, 1.5, 0.5));
    assertThat(pooled.accuracy().least()).isEqualTo(0.5);
    assertThat(pooled.accuracy().most()).isEqualTo(0.9);
    assertThat(pooled.accuracy().deviation()).isCloseTo(0.2, within(EXACT));
    assertThat(pooled.sites()).containsExactly("north", "south");
  }

  @Test
  void aLanguageModelsSitesWeighByTheirTokens() {
    SortedMap<String, AnswerCounts> counts = new TreeMap<>();
    counts.put("north", new AnswerCounts(1, 10, 5, 20));
    counts.put("south", new AnswerCounts(3, 30, 30, 20));

    PooledEvaluation pooled = PooledEvaluation.of(counts, false);

    assertThat(pooled.mean()).isEqualTo(Evaluation.language(1, 0.875, 4));
    assertThat(pooled.loss().most()).isEqualTo(2);
  }

  @Property
  void theMeanLiesWithinTheSpread(
      @ForAll @Size(min = 1, max = 6) List<@DoubleRange(min = 0, max = 50) Double> losses,
      @ForAll @LongRange(min = 1, max = 1000) long examples) {
    SortedMap<String, AnswerCounts> counts = new TreeMap<>();
    for (int site = 0; site < losses.size(); site++) {
      long own = examples + 17L * site;
      counts.put("site-" + site, new AnswerCounts(own, own, own / 2, losses.get(site) * own));
    }

    PooledEvaluation pooled = PooledEvaluation.of(counts, true);

    assertThat(pooled.mean().loss())
        .isBetween(pooled.loss().least() - 1e-9, pooled.loss().most() + 1e-9);
    assertThat(pooled.loss().deviation())
        .isBetween(0.0, pooled.loss().most() - pooled.loss().least() + 1e-9);
  }

  @Test
  void oneSiteHasNoSpread() {
    assertThat(Spread.of(List.of(0.3))).isEqualTo(new Spread(0.3, 0.3, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 0, 0 examples with 0 targets",
    "-1, 1, 0, 0, -1 examples",
    "2, 1, 0, 0, 2 examples with 1 targets",
    "1, 1099511627777, 0, 0, 1 examples with 1099511627777 targets",
    "4, 4, 5, 1, 5 right answers to 4 targets",
    "4, 4, -1, 1, -1 right answers",
    "4, 4, 4, -0.1, the loss is -0.1",
    "4, 4, 4, NaN, the loss is NaN",
    "4, 4, 4, Infinity, the loss is Infinity"
  })
  void aClaimThatCannotBeIsNamed(
      long examples, long targets, long correct, double lossSum, String words) {
    assertThat(new AnswerCounts(examples, targets, correct, lossSum).fault())
        .hasValueSatisfying(fault -> assertThat(fault).startsWith(words));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 0, 0", "1, 1, 1, 3.5", "1, 1099511627776, 7, 1e300"})
  void aClaimThatCanBeHasNoFault(long examples, long targets, long correct, double lossSum) {
    assertThat(new AnswerCounts(examples, targets, correct, lossSum).fault()).isEmpty();
  }

  @Test
  void sitesThatHaveNothingToMeasureOnAreNoNews() {
    assertThat(asked(List.of(), Map.of()).silent()).isTrue();
    assertThat(asked(List.of("north"), Map.of()).silent()).isFalse();
    assertThat(asked(List.of(), Map.of("north", "is not here")).silent()).isFalse();
  }

  private static SitesEvaluation asked(List<String> withheld, Map<String, String> missing) {
    return new SitesEvaluation(Optional.empty(), withheld, new TreeMap<>(missing), 0);
  }
}
