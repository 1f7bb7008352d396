package dev.weft.aggregation.post;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weft.aggregation.Cohort;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Part;
import dev.weft.core.method.Aggregate;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LargestEntriesTest {
  private static final int ENTRIES = 2 * 4;

  /** Over all layers together, however they are shared out. */
  @Property(tries = 50)
  void exactlyTheBudgetStaysAndNothingThatStaysIsSmallerThanWhatGoes(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = ENTRIES) int budget) {
    GlobalState before = Cohort.reference(ChainAdapter.diagonalCore(4, 1), new Seed(seed));
    GlobalState after = apply(budget, before);
    float smallestStaying = Float.POSITIVE_INFINITY;
    float largestGone = 0;
    int staying = 0;
    for (String name : before.adapter().part(Part.CORE).names()) {
      Tensor start = before.adapter().tensors().get(name);
      Tensor end = after.adapter().tensors().get(name);
      for (int i = 0; i < start.size(); i++) {
        if (end.at(i) != 0) {
          assertThat(end.at(i)).isEqualTo(start.at(i));
          smallestStaying = Math.min(smallestStaying, Math.abs(start.at(i)));
          staying++;
        } else {
          largestGone = Math.max(largestGone, Math.abs(start.at(i)));
        }
      }
    }
    assertThat(staying).isEqualTo(budget);
    assertThat(smallestStaying).isGreaterThanOrEqualTo(largestGone);
    assertThat(after.adapter().part(Part.A)).isEqualTo(before.adapter().part(Part.A));
  }

  @Test
  void amongEqualEntriesTheFirstStay() {
    GlobalState random = Cohort.reference(ChainAdapter.diagonalCore(4, 1), new Seed(1));
    TensorMap ones =
        random
            .adapter()
            .part(Part.CORE)
            .map((name, tensor) -> Tensor.of(new float[] {1, -1, 1, -1}, 4));
    TensorMap after = apply(5, random.with(ones, Part.CORE)).adapter().part(Part.CORE);
    assertThat(after.asMap().values())
        .containsExactly(
            Tensor.of(new float[] {1, -1, 1, -1}, 4), Tensor.of(new float[] {1, 0, 0, 0}, 4));
  }

  @Test
  void aShareThatMakesNoSenseIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new LargestEntries(Part.CORE, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new LargestEntries(Part.CORE, 1.5));
  }

  private static GlobalState apply(int budget, GlobalState state) {
    return new LargestEntries(Part.CORE, (double) budget / ENTRIES)
        .apply(new Aggregate(state, List.of(), state.adapter(), state, new Seed(1)))
        .next();
  }
}
