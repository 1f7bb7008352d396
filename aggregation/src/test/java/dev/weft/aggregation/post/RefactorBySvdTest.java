package dev.weft.aggregation.post;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.weft.aggregation.Cohort;
import dev.weft.aggregation.Dense;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Part;
import dev.weft.core.method.Aggregate;
import dev.weft.core.method.Contribution;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.SingularOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefactorBySvdTest {

  @Property(tries = 40)
  void everyRankHoldsTheBestApproximationOfOneCommonMatrix(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int rank) {
    Cohort cohort = Cohort.of("flexlora", seed, 4, 3, 2, 4);
    Adapter client = cohort.aggregate().next().adapter().truncate(rank);
    List<Dense> changes = Dense.change(client);
    List<Dense> ideal = Dense.ideal(cohort);
    for (int i = 0; i < ideal.size(); i++) {
      double missed = changes.get(i).plus(-1, ideal.get(i)).norm();
      assertThat(missed).isCloseTo(tail(ideal.get(i), rank), within(1e-5));
    }
  }

  @Property(tries = 40)
  void enoughRankIsExact(@ForAll long seed) {
    Cohort drawn = Cohort.of("flexlora", seed, 9, 2, 3, 4);
    Cohort small = drawn.with(drawn.clients().subList(1, 4));
    assertThat(small.aggregate().aggregationError()).isLessThan(1e-6);
  }

  @Property(tries = 20)
  void rowsOfAStayOrthonormalWhereTheCohortSpansFewerDirections(@ForAll long seed) {
    Cohort drawn = Cohort.of("flexlora", seed, 9, 2, 3);
    Adapter next = drawn.with(drawn.clients().subList(1, 3)).aggregate().next().adapter();
    for (AdapterTarget.Layer layer : Cohort.TARGET.layers()) {
      Dense a = Dense.of(next.a(layer));
      Dense gram = a.times(a.transposed());
      for (int row = 0; row < 9; row++) {
        for (int column = 0; column < 9; column++) {
          assertThat(gram.at(row, column)).isCloseTo(row == column ? 1 : 0, within(1e-6));
        }
      }
    }
  }

  @Test
  void clientsThatCancelLeaveAZeroAdapterThatCanTrain() {
    Cohort drawn = Cohort.of("flexlora", 61, 2);
    Adapter local = drawn.clients().get(0).local();
    Adapter opposite =
        local.with(
            local
                .part(Part.B)
                .map((name, tensor) -> Tensor.zeros(tensor.shapeArray()).minus(tensor)));
    Cohort cancelling =
        drawn.with(List.of(new Cohort.Client("a", 5, local), new Cohort.Client("b", 5, opposite)));
    Adapter next = cancelling.aggregate().next().adapter();
    Dense.change(next).forEach(change -> assertThat(change.norm()).isLessThan(1e-6));
    for (AdapterTarget.Layer layer : Cohort.TARGET.layers()) {
      assertThat(Dense.of(next.a(layer)).norm()).isCloseTo(Math.sqrt(2), within(1e-6));
    }
  }

  @Property(tries = 20)
  void directionsThatTheCohortDoesNotSpanHaveNoWeight(@ForAll long seed) {
    Cohort drawn = Cohort.of("flexlora", seed, 9, 2, 3);
    Adapter next = drawn.with(drawn.clients().subList(1, 3)).aggregate().next().adapter();
    for (AdapterTarget.Layer layer : Cohort.TARGET.layers()) {
      Tensor b = next.b(layer);
      for (int row = 0; row < b.dimension(0); row++) {
        for (int direction = 5; direction < 9; direction++) {
          assertThat(b.at(row, direction)).isZero();
        }
      }
    }
  }

  /** Rows of A beyond the span of the cohort that say nothing new but for rounding stay. */
  @ParameterizedTest
  @CsvSource({"1000, 1e-7, false", "1000, 1e-4, true"})
  void aRowIsMadeOrthonormalOnlyIfItIsNewRelativeToItsLength(
      float length, float newShare, boolean replaced) {
    Cohort drawn = Cohort.of("flexlora", 5, 3, 1);
    Cohort cohort = drawn.with(drawn.clients().subList(1, 2));
    AdapterTarget.Layer layer = Cohort.TARGET.layers().get(0);
    float[] a = new float[3 * layer.in()];
    float[] client = cohort.clients().get(0).local().a(layer).toArray();
    double norm = Dense.of(cohort.clients().get(0).local().a(layer)).norm();
    for (int i = 0; i < layer.in(); i++) {
      a[layer.in() + i] = (float) (length * client[i] / norm);
    }
    int zero = 0;
    a[layer.in() + zero] += length * newShare;
    a[2 * layer.in() + 1] = 1;
    Adapter rows =
        cohort
            .reference()
            .adapter()
            .with(
                TensorMap.of(Map.of(Part.A.tensorName(layer.name()), Tensor.of(a, 3, layer.in()))));
    Aggregate aggregate =
        new Aggregate(
            cohort.reference(),
            List.of(new Contribution("a", 1, any -> cohort.clients().get(0).local())),
            rows,
            new GlobalState(1, rows, cohort.reference().origins(), List.of(), TensorMap.empty()),
            cohort.seed());

    Tensor next = new RefactorBySvd().apply(aggregate).next().adapter().a(layer);

    double after = 0;
    for (int column = 0; column < layer.in(); column++) {
      after += Math.pow(next.at(1, column), 2);
    }
    assertThat(Math.sqrt(after)).isCloseTo(replaced ? 1 : length, withinPercentage(0.1));
  }

  /** {@code (Σ_{i>rank} S_i²)^½}, from the dense matrix. */
  private static double tail(Dense dense, int rank) {
    DMatrixRMaj matrix = new DMatrixRMaj(dense.rows(), dense.columns());
    matrix.data = dense.values().stream().mapToDouble(Double::doubleValue).toArray();
    double[] values = SingularOps_DDRM.singularValues(matrix);
    List<Double> descending = new ArrayList<>(Arrays.stream(values).boxed().toList());
    descending.sort(Comparator.reverseOrder());
    return Math.sqrt(descending.stream().skip(rank).mapToDouble(value -> value * value).sum());
  }
}
