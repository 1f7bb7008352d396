package dev.weft.aggregation;

import dev.weft.aggregation.algebra.Matrices;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.Part;
import dev.weft.core.tensor.Tensor;
import java.util.function.Function;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;

/**
 * How far a product of factors can be from what it is without rounding. Rounding moves an entry of
 * a client of n examples by less than u = 2^-f / n, so a trained factor X with m entries is off by
 * E with {@code ‖E‖_F ≤ e = u √m}; a frozen one has e = 0. Multiplying out a product of factors X_i
 * − E_i and taking away the product of the X_i leaves terms with at least one E_i. With {@code
 * ‖XY‖_F ≤ ‖X‖_F ‖Y‖_2} and {@code ‖X‖_2 ≤ x = ‖XᵀX‖_F^½} they sum to at most {@code Π(x_i + e_i) −
 * Π x_i}.
 */
final class ProductBound {
  private ProductBound() {}

  /**
   * Of one layer's factors.
   *
   * @param factors by their parts: matrices, or diagonals of matrices
   * @param entryBound u
   */
  static double of(AdapterForm form, Function<Part, Tensor> factors, double entryBound) {
    double with = 1;
    double without = 1;
    for (Part part : form.factors()) {
      Tensor factor = factors.apply(part);
      double size = factor.shape().size() == 1 ? diagonalBound(factor) : spectralBound(factor);
      double moved = form.trained().contains(part) ? entryBound * Math.sqrt(factor.size()) : 0;
      with *= size + moved;
      without *= size;
    }
    return with - without;
  }

  private static double diagonalBound(Tensor diagonal) {
    double sum = 0;
    for (int i = 0; i < diagonal.size(); i++) {
      sum += Math.pow(diagonal.at(i), 4);
    }
    return Math.sqrt(Math.sqrt(sum));
  }

  private static double spectralBound(Tensor matrix) {
    DMatrixRMaj factor = Matrices.of(matrix);
    DMatrixRMaj gram;
    if (factor.numRows < factor.numCols) {
      gram = Matrices.productTransposed(factor, factor);
    } else {
      gram = new DMatrixRMaj(factor.numCols, factor.numCols);
      CommonOps_DDRM.multInner(factor, gram);
    }
    return Math.sqrt(NormOps_DDRM.normF(gram));
  }
}
