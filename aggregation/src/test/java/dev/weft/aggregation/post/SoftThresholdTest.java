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
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import org.junit.jupiter.api.Test;

class SoftThresholdTest {

  /** The proximal map minimises {@code ½ (y − x)² + ξ |y|}; no nearby y does better. */
  @Property(tries = 50)
  void everyEntryMinimisesItsPenalisedDistance(
      @ForAll long seed, @ForAll @FloatRange(max = 1.5f) float threshold) {
    GlobalState before = Cohort.reference(ChainAdapter.diagonalCore(4, 1), new Seed(seed));
    GlobalState after = apply(new SoftThreshold(Part.CORE, threshold), before);
    after
        .adapter()
        .part(Part.CORE)
        .asMap()
        .forEach(
            (name, shrunk) -> {
              Tensor start = before.adapter().tensors().get(name);
              for (int i = 0; i < shrunk.size(); i++) {
                double best = penalised(shrunk.at(i), start.at(i), threshold);
                for (double step = -0.2; step <= 0.2; step += 0.01) {
                  assertThat(penalised(shrunk.at(i) + step, start.at(i), threshold))
                      .isGreaterThanOrEqualTo(best - 1e-6);
                }
              }
            });
    assertThat(after.adapter().part(Part.A)).isEqualTo(before.adapter().part(Part.A));
  }

  @Test
  void aThresholdThatMakesNoSenseIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new SoftThreshold(Part.CORE, -1));
  }

  private static double penalised(double y, double x, double threshold) {
    return (y - x) * (y - x) / 2 + threshold * Math.abs(y);
  }

  private static GlobalState apply(SoftThreshold step, GlobalState state) {
    return step.apply(new Aggregate(state, List.of(), state.adapter(), state, new Seed(1))).next();
  }
}
