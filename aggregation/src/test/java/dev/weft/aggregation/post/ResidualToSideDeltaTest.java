package dev.weft.aggregation.post;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.aggregation.Cohort;
import dev.weft.aggregation.Dense;
import dev.weft.core.adapter.GlobalState;
import java.util.Collections;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ResidualToSideDeltaTest {

  @Property(tries = 60)
  void meansAndResidualAreTheWeightedSum(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 5) int clients,
      @ForAll @IntRange(min = 1, max = 4) int rank) {
    Cohort cohort = Cohort.of("fedex-lora", seed, Collections.nCopies(clients, rank));
    GlobalState next = cohort.aggregate().next();
    assertThat(Dense.distance(Dense.change(next), Dense.ideal(cohort))).isLessThan(1e-6);
  }

  @Property(tries = 20)
  void residualHasOneClientsRankLessThanTheStack(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 5) int clients,
      @ForAll @IntRange(min = 1, max = 4) int rank) {
    Cohort cohort = Cohort.of("fedex-lora", seed, Collections.nCopies(clients, rank));
    assertThat(cohort.aggregate().next().sideDeltas().get(0).rank())
        .isEqualTo((clients - 1) * rank);
  }

  @Test
  void clientsGoOnFromTheMeans() {
    Cohort exact = Cohort.of("fedex-lora", 51, 3, 3, 3);
    Cohort averaged = exact.with(Cohort.of("fedit", 51, 3, 3, 3).method());
    assertThat(exact.aggregate().next().adapter()).isEqualTo(averaged.aggregate().next().adapter());
  }

  @Test
  void aSingleClientLeavesNoResidual() {
    assertThat(Cohort.of("fedex-lora", 52, 3).aggregate().next().sideDeltas()).isEmpty();
  }
}
