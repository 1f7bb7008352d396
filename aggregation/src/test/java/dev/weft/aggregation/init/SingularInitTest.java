package dev.weft.aggregation.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weft.aggregation.Dense;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.method.AdapterInit;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SingularInitTest {
  private static final int RANK = 6;
  private static final ChainAdapter FORM = ChainAdapter.fullCore(RANK, 1).training(Part.CORE);
  private static final AdapterTarget TARGET =
      AdapterTarget.of(
          List.of(new AdapterTarget.Layer("tall", 40, 24), new AdapterTarget.Layer("wide", 16, 48)),
          new AdapterTarget.Head(3, 5));
  private static final List<Tensor> STATISTICS =
      TARGET.layers().stream()
          .map(layer -> gaussian(layer.out(), layer.in(), new Seed(layer.out())))
          .toList();

  static List<AdapterInit> inits() {
    return List.of(SingularInit.weights(), SingularInit.publicGradient(0.01));
  }

  @ParameterizedTest
  @MethodSource("inits")
  void factorsAreOrthonormal(AdapterInit init) {
    GlobalState state = init.initialise(FORM, TARGET, new Seed(1), STATISTICS);
    for (AdapterTarget.Layer layer : TARGET.layers()) {
      Dense a = Dense.of(state.adapter().a(layer));
      Dense b = Dense.of(state.adapter().b(layer));
      assertIdentity(b.transposed().times(b));
      assertIdentity(a.times(a.transposed()));
    }
  }

  @Test
  void weightsAloneLeaveTheModelAsItsBase() {
    GlobalState state = SingularInit.weights().initialise(FORM, TARGET, new Seed(1), STATISTICS);
    Dense.change(state).forEach(change -> assertThat(change.norm()).isZero());
    assertThat(state.origins().get(Part.CORE)).isEqualTo(new Origin.Zeros());
    assertThat(state.origins().get(Part.A)).isEqualTo(new Origin.Fetched());
  }

  @Test
  void weightFactorsSpanTheWeightsLeadingDirections() {
    GlobalState state = SingularInit.weights().initialise(FORM, TARGET, new Seed(1), STATISTICS);
    for (int i = 0; i < TARGET.layers().size(); i++) {
      AdapterTarget.Layer layer = TARGET.layers().get(i);
      Dense core =
          Dense.of(state.adapter().b(layer))
              .transposed()
              .times(Dense.of(STATISTICS.get(i)))
              .times(Dense.of(state.adapter().a(layer)).transposed());
      assertDescendingDiagonal(core);
    }
  }

  @Test
  void publicGradientBakesInTheProjectionOfOneSignStep() {
    double step = 0.01;
    GlobalState state =
        SingularInit.publicGradient(step).initialise(FORM, TARGET, new Seed(1), STATISTICS);
    List<Dense> changes = Dense.change(state);
    for (int i = 0; i < TARGET.layers().size(); i++) {
      AdapterTarget.Layer layer = TARGET.layers().get(i);
      Dense a = Dense.of(state.adapter().a(layer));
      Dense b = Dense.of(state.adapter().b(layer));
      Dense estimate = signStep(STATISTICS.get(i), step);
      Dense projection = b.times(b.transposed()).times(estimate).times(a.transposed()).times(a);
      assertThat(Dense.distance(List.of(changes.get(i)), List.of(projection))).isLessThan(1e-5);
      assertDescendingDiagonal(Dense.of(state.adapter().core(layer)));
    }
    assertThat(state.origins().get(Part.CORE)).isEqualTo(new Origin.Fetched());
  }

  @Test
  void publicGradientDoesNotDependOnTheScaleOfTheLoss() {
    List<Tensor> doubled = STATISTICS.stream().map(tensor -> tensor.plus(tensor)).toList();
    AdapterInit init = SingularInit.publicGradient();
    assertThat(init.initialise(FORM, TARGET, new Seed(1), doubled))
        .isEqualTo(init.initialise(FORM, TARGET, new Seed(1), STATISTICS));
  }

  @Test
  void aMissingStatisticIsNamed() {
    assertThatThrownBy(
            () ->
                SingularInit.weights()
                    .initialise(FORM, TARGET, new Seed(1), STATISTICS.subList(0, 1)))
        .hasMessage("statistics: 1 matrices for 2 layers");
  }

  private static void assertIdentity(Dense matrix) {
    for (int row = 0; row < matrix.rows(); row++) {
      for (int column = 0; column < matrix.columns(); column++) {
        assertThat(matrix.at(row, column)).isCloseTo(row == column ? 1 : 0, within(1e-6));
      }
    }
  }

  private static void assertDescendingDiagonal(Dense core) {
    for (int row = 0; row < core.rows(); row++) {
      for (int column = 0; column < core.columns(); column++) {
        if (row != column) {
          assertThat(core.at(row, column)).isCloseTo(0, within(1e-5 * core.at(0, 0)));
        }
      }
      assertThat(core.at(row, row)).isPositive();
      if (row > 0) {
        assertThat(core.at(row, row)).isLessThanOrEqualTo(core.at(row - 1, row - 1));
      }
    }
  }

  private static Dense signStep(Tensor gradient, double step) {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < gradient.size(); i++) {
      values.add(-step * Math.signum(gradient.at(i)));
    }
    return new Dense(gradient.dimension(0), gradient.dimension(1), values);
  }

  private static Tensor gaussian(int out, int in, Seed seed) {
    SeededRandom random = seed.random();
    float[] values = new float[out * in];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, out, in);
  }
}
