package dev.weft.aggregation.algebra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.Tensor;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.junit.jupiter.api.Test;

class FactorSumTest {

  /** In factored form for few terms, as the dense matrix for many. */
  @Property(tries = 60)
  void aSumHasTheNormAndTheSingularValuesOfItsDenseMatrix(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int terms,
      @ForAll @IntRange(min = 3, max = 40) int in) {
    DMatrixRMaj dense = new DMatrixRMaj(25, in);
    FactorSum sum = sum(seed, terms, dense);
    assertIs(sum, dense);
    assertThat(sum.svd(2).values().get(0)).isCloseTo(sum.svd(in).values().get(0), within(1e-10));
  }

  @Property(tries = 60)
  void sumsOfAnySizesAdd(
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 8) int terms,
      @ForAll @IntRange(min = 1, max = 8) int others) {
    DMatrixRMaj dense = new DMatrixRMaj(25, 11);
    DMatrixRMaj otherDense = new DMatrixRMaj(25, 11);
    FactorSum sum = sum(seed, terms, dense);
    FactorSum other = sum(seed + 77, others, otherDense);

    sum.add(-0.5, other);

    CommonOps_DDRM.addEquals(dense, -0.5, otherDense);
    assertIs(sum, dense);
    assertIs(other, otherDense);
  }

  @Property(tries = 40)
  void termsThatShareTheirRightFactorAreOne(
      @ForAll long seed, @ForAll @IntRange(min = 4, max = 6) int terms) {
    FactorSum sum = sum(seed, terms, new DMatrixRMaj(25, 40));
    int unmerged = IntStream.range(0, terms).map(FactorSumTest::rank).sum();
    assertThat(sum.rank()).isLessThan(unmerged);
  }

  /** 200 products of rank 2 in 25 x 11: never more directions than there are, however many come. */
  @Test
  void moreDirectionsThanTheMatrixHasAreNotKept() {
    FactorSum sum = new FactorSum();
    for (int i = 0; i < 200; i++) {
      sum.add(1, random(25, 2, i), Matrices.tensor(random(2, 11, -i)));
    }
    assertThat(sum.rank()).isEqualTo(400);
    Svd svd = sum.svd(25);
    assertThat(svd.values()).hasSize(11);
    assertThat(sum.svd(3).values()).hasSize(3);
  }

  @Test
  void nothingHasNoSizeAndNoShape() {
    assertThat(new FactorSum().norm()).isZero();
    assertThatIllegalStateException().isThrownBy(() -> new FactorSum().svd(1));
  }

  private static void assertIs(FactorSum sum, DMatrixRMaj dense) {
    double size = NormOps_DDRM.normF(dense);
    assertThat(sum.norm()).isCloseTo(size, within(1e-11 * (1 + size)));
    Svd svd = sum.svd(Math.min(dense.numRows, dense.numCols));
    DMatrixRMaj scaled = svd.vt().copy();
    for (int i = 0; i < svd.values().size(); i++) {
      CommonOps_DDRM.scaleRow(svd.values().get(i), scaled, i);
    }
    DMatrixRMaj rebuilt = Matrices.product(svd.u(), scaled);
    assertThat(NormOps_DDRM.normF(Matrices.difference(rebuilt, dense)))
        .isLessThan(1e-11 * (1 + size));
  }

  /** Every second term shares its right factor; added to {@code dense} as well. */
  private static FactorSum sum(long seed, int terms, DMatrixRMaj dense) {
    FactorSum sum = new FactorSum();
    DMatrixRMaj shared = random(3, dense.numCols, seed);
    for (int i = 0; i < terms; i++) {
      DMatrixRMaj right =
          i % 2 == 0
              ? random(rank(i), dense.numCols, seed + i)
              : CommonOps_DDRM.extract(shared, 0, rank(i), 0, dense.numCols);
      Tensor rounded = Matrices.tensor(right);
      DMatrixRMaj left = random(dense.numRows, rank(i), seed - i);
      sum.add(i - 2.5, left, rounded);
      CommonOps_DDRM.addEquals(dense, i - 2.5, Matrices.product(left, Matrices.of(rounded)));
    }
    return sum;
  }

  /** 1 to 3. */
  private static int rank(int term) {
    return 1 + term % 3;
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
