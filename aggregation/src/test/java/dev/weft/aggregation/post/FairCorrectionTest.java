package dev.weft.aggregation.post;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.aggregation.Cohort;
import dev.weft.aggregation.Dense;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.method.Method;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class FairCorrectionTest {

  @Property(tries = 60)
  void correctionNeverMovesAwayFromTheExactSum(
      @ForAll long seed, @ForAll @DoubleRange(min = 0, max = 10) double lambda) {
    Cohort fair = Cohort.of("lora-fair", seed, 3, 3, 3).with(fair(lambda));
    Cohort averaged = fair.with(Cohort.of("fedit", seed, 3, 3, 3).method());
    assertThat(fair.aggregate().aggregationError())
        .isLessThanOrEqualTo(averaged.aggregate().aggregationError() + 1e-7);
  }

  @Property(tries = 40)
  void correctionIsStationary(
      @ForAll long seed, @ForAll @DoubleRange(min = 0.01, max = 10) double lambda) {
    Cohort cohort = Cohort.of("lora-fair", seed, 3, 3, 3).with(fair(lambda));
    Adapter fair = cohort.aggregate().next().adapter();
    Adapter mean =
        cohort.with(Cohort.of("fedit", seed, 3, 3, 3).method()).aggregate().next().adapter();
    List<Dense> ideal = Dense.ideal(cohort);
    for (int i = 0; i < ideal.size(); i++) {
      AdapterTarget.Layer layer = Cohort.TARGET.layers().get(i);
      Dense a = Dense.of(fair.a(layer));
      Dense moved = Dense.of(fair.b(layer)).plus(-1, Dense.of(mean.b(layer)));
      Dense missed =
          ideal.get(i).scaled(1 / fair.form().scale()).plus(-1, Dense.of(fair.b(layer)).times(a));
      // half the gradient of |missed|^2 + lambda |dB|^2 in dB
      Dense gradient = moved.scaled(lambda).plus(-1, missed.times(a.transposed()));
      assertThat(gradient.norm()).isLessThan(1e-5 * (1 + ideal.get(i).norm()));
    }
  }

  @Test
  void largeLambdaIsFedIt() {
    Cohort cohort = Cohort.of("lora-fair", 71, 3, 3, 3).with(fair(1e12));
    Cohort averaged = cohort.with(Cohort.of("fedit", 71, 3, 3, 3).method());
    assertThat(cohort.aggregate().next().adapter())
        .isEqualTo(averaged.aggregate().next().adapter());
  }

  @Test
  void aSingleClientNeedsNoCorrection() {
    Cohort cohort = Cohort.of("lora-fair", 72, 3);
    Cohort averaged = cohort.with(Cohort.of("fedit", 72, 3).method());
    assertThat(cohort.aggregate().next().adapter())
        .isEqualTo(averaged.aggregate().next().adapter());
  }

  private static Method fair(double lambda) {
    return Cohort.method(
        "lora-fair", List.of(3), Map.of("method.fair-lambda", Double.toString(lambda)));
  }
}
