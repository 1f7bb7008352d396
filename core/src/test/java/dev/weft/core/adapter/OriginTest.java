package dev.weft.core.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class OriginTest {
  private static final int IN = 12;

  @Property
  void leadingRowsDoNotDependOnTheRank(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 20) int rank,
      @ForAll @IntRange(min = 1, max = 20) int larger) {
    int smallest = Math.min(rank, larger);
    Tensor one = derive(seed, "a", rank).leadingBlock(smallest, IN);
    assertThat(derive(seed, "a", larger).leadingBlock(smallest, IN)).isEqualTo(one);
  }

  /** Uniform on ±1/√in has mean 0, and its largest value comes near the bound. */
  @Test
  void valuesFillTheKaimingBound() {
    Tensor drawn = derive(7, "a", 10_000);
    double bound = 1 / Math.sqrt(IN);
    double sum = 0;
    double largest = 0;
    for (int i = 0; i < drawn.size(); i++) {
      sum += drawn.at(i);
      largest = Math.max(largest, Math.abs(drawn.at(i)));
    }
    double hoeffding = 2 * bound * Math.sqrt(Math.log(2 / 1e-9) / (2.0 * drawn.size()));
    assertThat(sum / drawn.size()).isBetween(-hoeffding, hoeffding);
    assertThat(largest).isBetween(0.999 * bound, Math.nextUp((float) bound) * 1.0);
  }

  @Test
  void seedAndNameDecideTheNumbers() {
    assertThat(derive(7, "a", 3))
        .isEqualTo(derive(7, "a", 3))
        .isNotEqualTo(derive(8, "a", 3))
        .isNotEqualTo(derive(7, "b", 3));
  }

  @Test
  void zerosAreZeroAndFetchedPartsAreNotDerivable() {
    TensorMap like = TensorMap.of(Map.of("a", Tensor.of(new float[] {1, 2}, 2)));
    assertThat(new Origin.Zeros().derive(like)).isEqualTo(like.minus(like));
    assertThatIllegalStateException()
        .isThrownBy(() -> new Origin.Fetched().derive(like))
        .withMessage("a fetched part cannot be derived");
  }

  private static Tensor derive(long seed, String name, int rank) {
    TensorMap like = TensorMap.of(Map.of(name, Tensor.zeros(rank, IN)));
    return new Origin.Kaiming(new Seed(seed)).derive(like).get(name);
  }
}
