package dev.weft.aggregation.algebra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.MatrixFeatures_DDRM;
import org.junit.jupiter.api.Test;

class LduTest {

  @Property(tries = 60)
  void theProductIsTheMatrix(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 9) int rows,
      @ForAll @IntRange(min = 1, max = 9) int columns) {
    DMatrixRMaj matrix = gaussian(rows, columns, seed);
    Ldu ldu = Ldu.of(matrix);
    assertThat(MatrixFeatures_DDRM.isIdentical(product(ldu), matrix, 1e-9)).isTrue();
    for (int i = 0; i < ldu.pivots().size(); i++) {
      assertThat(ldu.upper().get(i, i)).isCloseTo(1, within(1e-12));
      assertThat(CommonOps_DDRM.elementMaxAbs(ldu.lower())).isCloseTo(1, within(1e-12));
    }
  }

  @Test
  void aZeroPivotLeavesNoInfinity() {
    DMatrixRMaj singular = new DMatrixRMaj(new double[][] {{0, 0, 1}, {0, 0, 2}});
    assertThat(MatrixFeatures_DDRM.hasUncountable(Ldu.of(singular).upper())).isFalse();
  }

  private static DMatrixRMaj product(Ldu ldu) {
    DMatrixRMaj scaled = ldu.upper().copy();
    for (int i = 0; i < ldu.pivots().size(); i++) {
      CommonOps_DDRM.scaleRow(ldu.pivots().get(i), scaled, i);
    }
    return Matrices.product(ldu.lower(), scaled);
  }

  private static DMatrixRMaj gaussian(int rows, int columns, long seed) {
    SeededRandom random = new Seed(seed).random();
    DMatrixRMaj matrix = new DMatrixRMaj(rows, columns);
    for (int i = 0; i < matrix.getNumElements(); i++) {
      matrix.data[i] = random.nextGaussian();
    }
    return matrix;
  }
}
