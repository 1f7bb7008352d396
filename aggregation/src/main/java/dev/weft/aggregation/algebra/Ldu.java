package dev.weft.aggregation.algebra;

import java.util.ArrayList;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.LUDecomposition;

/**
 * {@code W = P L D U} by elimination with row pivots: L unit lower trapezoidal, D diagonal, U unit
 * upper trapezoidal.
 *
 * @param lower P L [out, q]
 * @param pivots the diagonal of D, q values
 * @param upper U [q, in]
 */
public record Ldu(DMatrixRMaj lower, List<Double> pivots, DMatrixRMaj upper) {

  public Ldu {
    pivots = List.copyOf(pivots);
  }

  /** Rows of U whose pivot is zero, as in a singular matrix, are zero. */
  public static Ldu of(DMatrixRMaj matrix) {
    LUDecomposition<DMatrixRMaj> lu = DecompositionFactory_DDRM.lu(matrix.numRows, matrix.numCols);
    if (!lu.decompose(matrix.copy())) {
      throw new IllegalStateException("elimination of a finite matrix cannot fail");
    }
    DMatrixRMaj permutation = lu.getRowPivot(null);
    DMatrixRMaj lower = new DMatrixRMaj(matrix.numRows, Math.min(matrix.numRows, matrix.numCols));
    CommonOps_DDRM.multTransA(permutation, lu.getLower(null), lower);
    DMatrixRMaj upper = lu.getUpper(null);
    List<Double> pivots = new ArrayList<>();
    for (int i = 0; i < upper.numRows; i++) {
      double pivot = upper.get(i, i);
      pivots.add(pivot);
      CommonOps_DDRM.scaleRow(pivot == 0 ? 0 : 1 / pivot, upper, i);
    }
    return new Ldu(lower, pivots, upper);
  }
}
