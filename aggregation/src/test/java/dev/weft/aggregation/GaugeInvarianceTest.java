package dev.weft.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.Part;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/** {@code (B_k M_k⁻¹, M_k A_k)} is the same model as {@code (B_k, A_k)} (methods.md fact 3). */
class GaugeInvarianceTest {

  @Property(tries = 40)
  void stackedProductsIgnoreHowAClientSplitsItsFactors(
      @ForAll long seed,
      @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 1, max = 4) Integer> ranks) {
    assertGaugeMovesTheGlobalChangeBy(Cohort.of("flora", seed, ranks), 0, 1e-6);
  }

  @Property(tries = 40)
  void residualsIgnoreHowAClientSplitsItsFactors(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int clients) {
    Cohort cohort = Cohort.of("fedex-lora", seed, Collections.nCopies(clients, 3));
    assertGaugeMovesTheGlobalChangeBy(cohort, 0, 2e-6);
  }

  @Property(tries = 40)
  void refactoredProductsIgnoreHowAClientSplitsItsFactors(
      @ForAll long seed,
      @ForAll @Size(min = 1, max = 3) List<@IntRange(min = 1, max = 4) Integer> ranks) {
    List<Integer> roomy = new ArrayList<>(ranks);
    roomy.add(0, 10);
    Cohort cohort = Cohort.of("flexlora", seed, roomy);
    Cohort small = cohort.with(cohort.clients().subList(1, roomy.size()));
    assertGaugeMovesTheGlobalChangeBy(small, 0, 2e-6);
  }

  @Property(tries = 40)
  void meansOfFactorsDependOnHowAClientSplitsThem(@ForAll long seed) {
    assertGaugeMovesTheGlobalChangeBy(Cohort.of("fedit", seed, 3, 3, 3), 1e-2, 100);
  }

  private static void assertGaugeMovesTheGlobalChangeBy(Cohort cohort, double least, double most) {
    Cohort turned =
        cohort.with(
            cohort.clients().stream()
                .map(
                    client ->
                        new Cohort.Client(
                            client.name(),
                            client.examples(),
                            turned(client.local(), cohort.seed().of("gauge", client.name()))))
                .toList());
    double moved =
        Dense.distance(
            Dense.change(turned.aggregate().next()), Dense.change(cohort.aggregate().next()));
    assertThat(moved).isBetween(least, most);
  }

  private static Adapter turned(Adapter adapter, Seed seed) {
    int rank = adapter.form().rank();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (AdapterTarget.Layer layer : adapter.target().layers()) {
      DMatrixRMaj gauge = gauge(rank, seed.of(layer.name()));
      DMatrixRMaj inverse = gauge.copy();
      CommonOps_DDRM.invert(inverse);
      tensors.put(
          Part.A.tensorName(layer.name()), tensor(dense(gauge).times(Dense.of(adapter.a(layer)))));
      tensors.put(
          Part.B.tensorName(layer.name()),
          tensor(Dense.of(adapter.b(layer)).times(dense(inverse))));
    }
    return adapter.with(TensorMap.of(tensors));
  }

  /** Diagonally dominant, so well conditioned; far from the identity. */
  private static DMatrixRMaj gauge(int rank, Seed seed) {
    var random = seed.random();
    DMatrixRMaj gauge = new DMatrixRMaj(rank, rank);
    for (int row = 0; row < rank; row++) {
      for (int column = 0; column < rank; column++) {
        double entry = (2 * random.nextDouble() - 1) / rank;
        gauge.set(row, column, row == column ? 2 + entry : entry);
      }
    }
    return gauge;
  }

  private static Dense dense(DMatrixRMaj matrix) {
    return new Dense(matrix.numRows, matrix.numCols, Arrays.stream(matrix.data).boxed().toList());
  }

  private static Tensor tensor(Dense matrix) {
    float[] values = new float[matrix.values().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = matrix.values().get(i).floatValue();
    }
    return Tensor.of(values, matrix.rows(), matrix.columns());
  }
}
