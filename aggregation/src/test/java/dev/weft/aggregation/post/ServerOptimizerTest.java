package dev.weft.aggregation.post;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.weft.aggregation.Cohort;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.method.Aggregate;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerOptimizerTest {
  private static final String B = "layer.0.query.lora_B";
  private static final double TAU = 1e-3;

  @Property(tries = 40)
  void momentumZeroAtRateOneIsThePlainMeanBitForBit(@ForAll long seed) {
    Cohort cohort = Cohort.of("ffa-lora", seed, 3, 3);
    GlobalState mean = cohort.aggregate().next();
    Aggregate aggregate =
        new Aggregate(cohort.reference(), List.of(), mean.adapter(), mean, cohort.seed());
    Adapter moved = ServerOptimizer.momentum(1, 0).apply(aggregate).next().adapter();
    assertThat(moved).isEqualTo(mean.adapter());
  }

  @Test
  void momentumAddsUpOverRounds() {
    ServerOptimizer optimizer = ServerOptimizer.momentum(0.5, 0.9);
    GlobalState first = step(optimizer, start(), 0.25);
    GlobalState second = step(optimizer, first, 0.25);
    assertThat(b(first)).isCloseTo(0.5 * 0.25, within(1e-7));
    assertThat(b(second)).isCloseTo(0.5 * 0.25 + 0.5 * (0.9 * 0.25 + 0.25), within(1e-7));
  }

  @Test
  void firstAdamStepIsThatOfThePaper() {
    for (double delta : new double[] {0.5, -0.5, TAU, TAU / 2}) {
      GlobalState next = step(ServerOptimizer.adam(0.1, 0.9, 0.99, TAU), start(), delta);
      double v = 0.99 * TAU * TAU + 0.01 * delta * delta;
      double expected = 0.1 * 0.1 * delta / (Math.sqrt(v) + TAU);
      assertThat(b(next)).isCloseTo(expected, within(1e-7));
    }
    // about eta · sign(delta) where |delta| is large: methods.md O2 measured 0.099 at eta 0.1
    assertThat(b(step(ServerOptimizer.adam(0.1, 0.9, 0.99, TAU), start(), 0.5)))
        .isCloseTo(0.098, within(1e-3));
  }

  @Test
  void yogiDiffersFromAdamForUpdatesOfTheSizeOfTau() {
    double delta = TAU / 2;
    double adam = b(step(ServerOptimizer.adam(0.1, 0.9, 0.99, TAU), start(), delta));
    double yogi = b(step(ServerOptimizer.yogi(0.1, 0.9, 0.99, TAU), start(), delta));
    double v = TAU * TAU - 0.01 * delta * delta;
    assertThat(yogi).isCloseTo(0.1 * 0.1 * delta / (Math.sqrt(v) + TAU), within(1e-9));
    assertThat(Math.abs(yogi - adam)).isGreaterThan(1e-6);
  }

  /** Below τ the second moment shrinks, above it grows, by (1−β2) Δ² both times. */
  @ParameterizedTest
  @ValueSource(doubles = {TAU / 2, 2 * TAU, 10 * TAU, -10 * TAU})
  void yogisSecondMomentMovesTowardsTheSquareOfTheUpdate(double delta) {
    double squared = delta * delta;
    double v = TAU * TAU + (squared > TAU * TAU ? 0.01 : -0.01) * squared;
    assertThat(b(step(ServerOptimizer.yogi(0.1, 0.9, 0.99, TAU), start(), delta)))
        .isCloseTo(0.1 * 0.1 * delta / (Math.sqrt(v) + TAU), withinPercentage(1e-3));
  }

  @Test
  void withoutUpdateAndMemoryNothingMoves() {
    assertThat(b(step(ServerOptimizer.adam(0.1, 0.9, 0.99, TAU), start(), 0))).isZero();
    assertThat(b(step(ServerOptimizer.yogi(0.1, 0.9, 0.99, TAU), start(), 0))).isZero();
  }

  @Test
  void secondAdamStepUsesBothMemories() {
    ServerOptimizer adam = ServerOptimizer.adam(0.1, 0.9, 0.99, TAU);
    GlobalState first = step(adam, start(), 0.5);
    GlobalState second = step(adam, first, -0.25);
    double m = 0.9 * 0.1 * 0.5 - 0.1 * 0.25;
    double v = 0.99 * (0.99 * TAU * TAU + 0.01 * 0.25) + 0.01 * 0.0625;
    assertThat(b(second) - b(first)).isCloseTo(0.1 * m / (Math.sqrt(v) + TAU), within(1e-6));
  }

  private static GlobalState start() {
    GlobalState random = Cohort.of("ffa-lora", 1, 2).reference();
    Adapter zeros = Adapter.zeros(random.adapter().form(), random.adapter().target());
    return GlobalState.initial(zeros, random.origins());
  }

  /** One round in which every trained coordinate has the same mean update. */
  private static GlobalState step(ServerOptimizer optimizer, GlobalState reference, double delta) {
    TensorMap moved =
        reference
            .adapter()
            .trained()
            .map(
                (name, tensor) -> {
                  float[] values = tensor.toArray();
                  for (int i = 0; i < values.length; i++) {
                    values[i] += (float) delta;
                  }
                  return Tensor.of(values, tensor.shapeArray());
                });
    Adapter mean = reference.adapter().with(moved);
    GlobalState next =
        new GlobalState(
            reference.round() + 1, mean, reference.origins(), List.of(), reference.serverState());
    return optimizer.apply(new Aggregate(reference, List.of(), mean, next, new Seed(1))).next();
  }

  private static double b(GlobalState state) {
    Tensor tensor = state.adapter().tensors().get(B);
    float[] constant = new float[tensor.size()];
    Arrays.fill(constant, tensor.at(0));
    assertThat(tensor.toArray()).isEqualTo(constant);
    return tensor.at(0);
  }
}
