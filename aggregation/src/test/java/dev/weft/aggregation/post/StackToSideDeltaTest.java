package dev.weft.aggregation.post;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.aggregation.Cohort;
import dev.weft.aggregation.Dense;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StackToSideDeltaTest {

  @Property(tries = 60)
  void stackedProductEqualsWeightedSumForAnyRanks(
      @ForAll long seed,
      @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 6) Integer> ranks) {
    Cohort cohort = Cohort.of("flora", seed, ranks);
    GlobalState next = cohort.aggregate().next();

    List<Dense> stacked = new ArrayList<>();
    for (LowRank layer : next.sideDeltas().get(0).layers()) {
      stacked.add(Dense.of(layer.left()).times(Dense.of(layer.right())));
    }

    assertThat(Dense.distance(stacked, Dense.ideal(cohort))).isLessThan(1e-6);
    assertThat(next.sideDeltas().get(0).rank())
        .isEqualTo(ranks.stream().mapToInt(Integer::intValue).sum());
  }

  @Test
  void nextRoundStartsFromAFreshAdapterThatEveryClientCanDerive() {
    Cohort cohort = Cohort.of("flora", 41, 4, 2);
    GlobalState next = cohort.aggregate().next();

    assertThat(next.origins())
        .containsEntry(Part.A, new Origin.Kaiming(cohort.seed().of("round")))
        .containsEntry(Part.B, new Origin.Zeros())
        .containsEntry(Part.HEAD, new Origin.Fetched());
    assertThat(next.adapter().part(Part.A))
        .isNotEqualTo(cohort.reference().adapter().part(Part.A))
        .isEqualTo(next.origins().get(Part.A).derive(next.adapter().part(Part.A)));
    for (Tensor b : next.adapter().part(Part.B).asMap().values()) {
      assertThat(b).isEqualTo(Tensor.zeros(b.shapeArray()));
    }
  }

  @Test
  void headIsTheMeanOfTheHeads() {
    Cohort stacked = Cohort.of("flora", 42, 3, 3);
    Cohort averaged = stacked.with(Cohort.of("fedit", 42, 3, 3).method());
    assertThat(stacked.aggregate().next().adapter().part(Part.HEAD))
        .isEqualTo(averaged.aggregate().next().adapter().part(Part.HEAD));
  }
}
