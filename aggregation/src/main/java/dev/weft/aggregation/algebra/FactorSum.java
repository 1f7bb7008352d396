package dev.weft.aggregation.algebra;

import dev.weft.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.interfaces.decomposition.QRDecomposition;

/**
 * A sum of products {@code Σ w_i L_i R_i} in no more room than the [out, in] matrix takes, over any
 * number of products. It stays in factored form as long as that is the smaller one, and is measured
 * and decomposed through QR of the stacked factors; from then on it is the dense matrix.
 *
 * <p>Terms whose right factors are equal, or leading rows of one another, become one term. So a sum
 * over any number of clients that share A keeps the rank of A.
 */
public final class FactorSum {
  private final List<Term> terms = new ArrayList<>();

  /** All that was added, once its factors would take more room; there are no terms then. */
  private Optional<DMatrixRMaj> dense = Optional.empty();

  private int rank;

  private record Term(DMatrixRMaj left, Tensor right) {}

  /**
   * Adds {@code weight · left · right}.
   *
   * @param left [out, q]
   * @param right [q, in]
   */
  public void add(double weight, DMatrixRMaj left, Tensor right) {
    if (dense.isPresent()) {
      rank += left.numCols;
      CommonOps_DDRM.multAdd(weight, left, Matrices.of(right), dense.get());
      return;
    }
    addTerm(Matrices.scaled(weight, left), right);
    rank = terms.stream().mapToInt(term -> term.right.dimension(0)).sum();
    long out = left.numRows;
    long in = right.dimension(1);
    if (rank * (out + in) > out * in) {
      dense = Optional.of(Matrices.product(stackedLeft(), stackedRight()));
      terms.clear();
    }
  }

  private void addTerm(DMatrixRMaj weighted, Tensor right) {
    for (int i = 0; i < terms.size(); i++) {
      Term term = terms.get(i);
      if (nested(term.right, right)) {
        boolean wider = right.dimension(0) > term.right.dimension(0);
        terms.set(
            i,
            wider
                ? new Term(addedToLeadingColumns(weighted, term.left), right)
                : new Term(addedToLeadingColumns(term.left, weighted), term.right));
        return;
      }
    }
    terms.add(new Term(weighted, right));
  }

  /** Adds {@code weight} times another sum of the same shape. */
  public void add(double weight, FactorSum other) {
    if (other.dense.isEmpty()) {
      other.terms.forEach(term -> add(weight, term.left, term.right));
      return;
    }
    DMatrixRMaj sum = Matrices.scaled(weight, other.dense.get());
    dense.ifPresent(own -> CommonOps_DDRM.addEquals(sum, own));
    for (Term term : terms) {
      CommonOps_DDRM.multAdd(term.left, Matrices.of(term.right), sum);
    }
    terms.clear();
    rank += other.rank;
    dense = Optional.of(sum);
  }

  /** Columns of all left factors; an upper bound of the matrix rank. */
  public int rank() {
    return rank;
  }

  /** Frobenius norm: with {@code L = Q_L U} and {@code Rᵀ = Q_R V} it is that of {@code U Vᵀ}. */
  public double norm() {
    if (dense.isPresent()) {
      return NormOps_DDRM.normF(dense.get());
    }
    if (rank == 0) {
      return 0;
    }
    DMatrixRMaj left = Matrices.qr(stackedLeft()).getR(null, true);
    DMatrixRMaj right = Matrices.qr(Matrices.transpose(stackedRight())).getR(null, true);
    return NormOps_DDRM.normF(Matrices.productTransposed(left, right));
  }

  /**
   * The leading singular values and vectors, through the SVD of the small core between two QRs
   * (methods.md F5).
   *
   * @return {@code min(most, out, in, rank())} triplets at least
   * @throws IllegalStateException if nothing was added
   */
  public Svd svd(int most) {
    if (dense.isPresent()) {
      DMatrixRMaj matrix = dense.get();
      int smaller = Math.min(matrix.numRows, matrix.numCols);
      return Svd.leading(matrix, Math.min(most, Math.min(rank, smaller)));
    }
    if (terms.isEmpty()) {
      throw new IllegalStateException("an empty sum has no shape");
    }
    QRDecomposition<DMatrixRMaj> left = Matrices.qr(stackedLeft());
    QRDecomposition<DMatrixRMaj> right = Matrices.qr(Matrices.transpose(stackedRight()));
    Svd core = Svd.of(Matrices.productTransposed(left.getR(null, true), right.getR(null, true)));
    return Svd.signed(
        Matrices.product(left.getQ(null, true), core.u()),
        core.values(),
        Matrices.productTransposed(core.vt(), right.getQ(null, true)));
  }

  private DMatrixRMaj stackedLeft() {
    return Matrices.besideEachOther(terms.stream().map(Term::left).toList());
  }

  private DMatrixRMaj stackedRight() {
    return Matrices.belowEachOther(terms.stream().map(term -> Matrices.of(term.right)).toList());
  }

  /** Whether the shorter matrix is the first rows of the longer: row-major, so a prefix. */
  private static boolean nested(Tensor one, Tensor other) {
    int shared = Math.min(one.size(), other.size());
    return one.buffer().limit(shared).mismatch(other.buffer().limit(shared)) < 0;
  }

  private static DMatrixRMaj addedToLeadingColumns(DMatrixRMaj wide, DMatrixRMaj narrow) {
    DMatrixRMaj sum = wide.copy();
    for (int row = 0; row < narrow.numRows; row++) {
      for (int column = 0; column < narrow.numCols; column++) {
        sum.add(row, column, narrow.get(row, column));
      }
    }
    return sum;
  }
}
