package dev.weft.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EvaluationTest {

  @Test
  void aClassifierHasAccuracyAndMacroF1AndNothingElse() {
    Evaluation evaluation = Evaluation.classification(0.7, 0.8, 0.6, 100);
    assertThat(evaluation.scores())
        .containsOnly(Map.entry(Metric.ACCURACY, 0.8), Map.entry(Metric.MACRO_F1, 0.6));
    assertThat(evaluation.score(Metric.PERPLEXITY)).isEmpty();
    assertThat(evaluation.loss()).isEqualTo(0.7);
  }

  @Test
  void guessingAmongEqualTokensHasTheirNumberAsPerplexity() {
    Evaluation evaluation = Evaluation.language(Math.log(49_152), 1.0 / 49_152, 10);
    assertThat(evaluation.score(Metric.PERPLEXITY).getAsDouble()).isCloseTo(49_152, within(1e-6));
    assertThat(evaluation.score(Metric.TOKEN_ACCURACY)).hasValue(1.0 / 49_152);
    assertThat(evaluation.scores()).hasSize(2);
  }

  @Test
  void scoresComeInTheSameOrderHoweverTheyWereGiven() {
    Map<Metric, Double> given = new LinkedHashMap<>();
    given.put(Metric.MACRO_F1, 0.6);
    given.put(Metric.ACCURACY, 0.8);
    Evaluation evaluation = new Evaluation(0.7, given, 1);
    given.clear();
    assertThat(evaluation.scores().keySet()).containsExactly(Metric.ACCURACY, Metric.MACRO_F1);
  }

  @Test
  void severalEvaluationsTogetherMeasureWhatAnyOfThemDoes() {
    assertThat(
            Evaluation.metrics(
                Stream.of(
                    new Evaluation(1, Map.of(Metric.TOKEN_ACCURACY, 0.2), 1),
                    new Evaluation(1, Map.of(), 1),
                    Evaluation.classification(0.7, 0.8, 0.6, 1),
                    new Evaluation(1, Map.of(Metric.ACCURACY, 0.9), 1))))
        .containsExactly(Metric.ACCURACY, Metric.MACRO_F1, Metric.TOKEN_ACCURACY);
  }

  @Test
  void nothingCanBeSaidWithoutExamples() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Evaluation.language(1, 0, 0))
        .withMessageStartingWith("examples:");
  }

  @Test
  void namesTellMetricsApart() {
    assertThat(EnumSet.allOf(Metric.class)).extracting(Metric::label).doesNotHaveDuplicates();
    assertThat(EnumSet.allOf(Metric.class)).extracting(Metric::field).doesNotHaveDuplicates();
  }

  @Test
  void onlyPerplexityIsBetterWhenItFalls() {
    assertThat(EnumSet.allOf(Metric.class))
        .filteredOn(metric -> !metric.higherIsBetter())
        .containsExactly(Metric.PERPLEXITY);
  }
}
