package dev.weft.aggregation.algebra;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.SingularOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.ejml.interfaces.decomposition.QRDecomposition;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * A singular value decomposition {@code U diag(s) Vᵀ} with descending values and fixed signs: the
 * entry of largest magnitude in each column of U is positive (methods.md F5).
 *
 * @param u [out, q], orthonormal columns
 * @param values s, q values
 * @param vt [q, in], orthonormal rows
 */
public record Svd(DMatrixRMaj u, List<Double> values, DMatrixRMaj vt) {

  public Svd {
    values = List.copyOf(values);
  }

  /** All singular values of a small matrix. */
  public static Svd of(DMatrixRMaj matrix) {
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(matrix.numRows, matrix.numCols, true, true, true);
    if (!svd.decompose(matrix.copy())) {
      throw new IllegalStateException("singular values of a finite matrix did not converge");
    }
    DMatrixRMaj u = svd.getU(null, false);
    DMatrixRMaj vt = svd.getV(null, true);
    double[] values = svd.getSingularValues();
    SingularOps_DDRM.descendingOrder(u, false, values, svd.numberOfSingularValues(), vt, true);
    return signed(u, boxed(values), vt);
  }

  /**
   * The leading singular triplets of a weight matrix.
   *
   * <p>The eigenvectors of {@code WᵀW} (of the smaller side) span the right vectors V; a QR of
   * {@code W V} and the SVD of its small triangle give the triplets within that span
   * (Rayleigh-Ritz). U and V are orthonormal to rounding; the span is exact to about {@code 1e-16 ·
   * (s_1 / s_i)²}, far below float32 for the leading part that adapters use. Cost: one Gram matrix
   * and one symmetric eigenproblem of the smaller side, for 384 about half of a full SVD.
   *
   * @param rank number of triplets, at most the smaller side
   */
  public static Svd leading(DMatrixRMaj matrix, int rank) {
    if (matrix.numRows < matrix.numCols) {
      Svd swapped = leading(Matrices.transpose(matrix), rank);
      return signed(Matrices.transpose(swapped.vt), swapped.values, Matrices.transpose(swapped.u));
    }
    DMatrixRMaj gram = new DMatrixRMaj(matrix.numCols, matrix.numCols);
    CommonOps_DDRM.multInner(matrix, gram);
    DMatrixRMaj v = leadingEigenvectors(gram, rank);
    QRDecomposition<DMatrixRMaj> qr = Matrices.qr(Matrices.product(matrix, v));
    Svd core = of(qr.getR(null, true));
    return signed(
        Matrices.product(qr.getQ(null, true), core.u),
        core.values,
        Matrices.productTransposed(core.vt, v));
  }

  private static DMatrixRMaj leadingEigenvectors(DMatrixRMaj symmetric, int count) {
    int size = symmetric.numRows;
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(size, true, true);
    if (!eigen.decompose(symmetric)) {
      throw new IllegalStateException("eigenvalues of a finite Gram matrix did not converge");
    }
    int[] descending =
        IntStream.range(0, size)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -eigen.getEigenvalue(i).getReal()))
            .mapToInt(Integer::intValue)
            .limit(count)
            .toArray();
    DMatrixRMaj vectors = new DMatrixRMaj(size, count);
    for (int column = 0; column < count; column++) {
      CommonOps_DDRM.insert(eigen.getEigenVector(descending[column]), vectors, 0, column);
    }
    return vectors;
  }

  static Svd signed(DMatrixRMaj u, List<Double> values, DMatrixRMaj vt) {
    for (int i = 0; i < values.size(); i++) {
      double largest = 0;
      for (int row = 0; row < u.numRows; row++) {
        if (Math.abs(u.get(row, i)) > Math.abs(largest)) {
          largest = u.get(row, i);
        }
      }
      if (largest < 0) {
        CommonOps_DDRM.scaleCol(-1, u, i);
        CommonOps_DDRM.scaleRow(-1, vt, i);
      }
    }
    return new Svd(u, values, vt);
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
