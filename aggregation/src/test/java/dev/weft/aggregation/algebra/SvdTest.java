package dev.weft.aggregation.algebra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import java.util.Comparator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.MatrixFeatures_DDRM;
import org.ejml.dense.row.NormOps_DDRM;

class SvdTest {

  @Property(tries = 60)
  void allTripletsRebuildTheMatrix(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int out,
      @ForAll @IntRange(min = 1, max = 12) int in) {
    DMatrixRMaj matrix = random(out, in, seed);
    assertThat(distance(rebuilt(Svd.of(matrix)), matrix)).isLessThan(1e-12);
  }

  @Property(tries = 60)
  void leadingTripletsAreThoseOfTheFullDecomposition(
      @ForAll long seed,
      @ForAll @IntRange(min = 4, max = 30) int out,
      @ForAll @IntRange(min = 4, max = 30) int in) {
    DMatrixRMaj matrix = random(out, in, seed);
    Svd leading = Svd.leading(matrix, 4);
    Svd full = Svd.of(matrix);
    for (int i = 0; i < 4; i++) {
      assertThat(leading.values().get(i))
          .isCloseTo(full.values().get(i), within(1e-7 * full.values().get(0)));
    }
    assertThat(tail(matrix, leading)).isCloseTo(tail(full, 4), within(1e-6));
    assertOrthonormal(leading);
  }

  @Property(tries = 20)
  void aMatrixOfSmallerRankStillGivesOrthonormalVectors(@ForAll long seed) {
    DMatrixRMaj matrix = Matrices.product(random(9, 2, seed), random(2, 7, seed + 1));
    assertOrthonormal(Svd.leading(matrix, 4));
    assertOrthonormal(Svd.of(matrix));
    assertThat(distance(rebuilt(Svd.leading(matrix, 4)), matrix)).isLessThan(1e-7);
  }

  @Property(tries = 20)
  void signsAreFixedByTheLargestEntryOfEachLeftVector(@ForAll long seed) {
    DMatrixRMaj matrix = random(8, 6, seed);
    for (Svd svd : new Svd[] {Svd.of(matrix), Svd.leading(matrix, 5)}) {
      for (int i = 0; i < svd.values().size(); i++) {
        DMatrixRMaj column = CommonOps_DDRM.extractColumn(svd.u(), i, null);
        assertThat(CommonOps_DDRM.elementMax(column))
            .isEqualTo(CommonOps_DDRM.elementMaxAbs(column));
      }
    }
  }

  private static void assertOrthonormal(Svd svd) {
    DMatrixRMaj identity = CommonOps_DDRM.identity(svd.values().size());
    assertThat(
            MatrixFeatures_DDRM.isIdentical(
                Matrices.product(Matrices.transpose(svd.u()), svd.u()), identity, 1e-12))
        .isTrue();
    assertThat(
            MatrixFeatures_DDRM.isIdentical(
                Matrices.productTransposed(svd.vt(), svd.vt()), identity, 1e-12))
        .isTrue();
    assertThat(svd.values()).isSortedAccordingTo(Comparator.reverseOrder());
  }

  private static DMatrixRMaj rebuilt(Svd svd) {
    DMatrixRMaj scaled = svd.vt().copy();
    for (int i = 0; i < svd.values().size(); i++) {
      CommonOps_DDRM.scaleRow(svd.values().get(i), scaled, i);
    }
    return Matrices.product(svd.u(), scaled);
  }

  /** What the triplets leave over, relative. */
  private static double tail(DMatrixRMaj matrix, Svd svd) {
    return distance(rebuilt(svd), matrix);
  }

  private static double tail(Svd full, int rank) {
    double all = full.values().stream().mapToDouble(value -> value * value).sum();
    double rest = full.values().stream().skip(rank).mapToDouble(value -> value * value).sum();
    return Math.sqrt(rest / all);
  }

  private static double distance(DMatrixRMaj actual, DMatrixRMaj expected) {
    return NormOps_DDRM.normF(Matrices.difference(actual, expected)) / NormOps_DDRM.normF(expected);
  }

  private static DMatrixRMaj random(int rows, int columns, long seed) {
    SeededRandom random = new Seed(seed).random();
    DMatrixRMaj matrix = new DMatrixRMaj(rows, columns);
    for (int i = 0; i < matrix.getNumElements(); i++) {
      matrix.data[i] = random.nextGaussian();
    }
    return matrix;
  }
}
