package dev.weft.aggregation.post;

import dev.weft.aggregation.algebra.FactorSum;
import dev.weft.aggregation.algebra.Matrices;
import dev.weft.aggregation.algebra.Svd;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Part;
import dev.weft.core.method.Aggregate;
import dev.weft.core.method.Contribution;
import dev.weft.core.method.PostAggregate;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.util.LinkedHashMap;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;

/**
 * FlexLoRA's server step: {@code ΔW* = Σ p_k s B_k A_k = U S Vᵀ} becomes the global adapter {@code
 * B = U S / s}, {@code A = Vᵀ}, cut to the largest rank; a client of rank r takes the leading r
 * triplets, so every client holds a truncation of one common matrix (methods.md F5). The error is
 * the tail {@code (Σ_{i>r} S_i²)^½}. Factors are unique only up to rotation among near-equal
 * singular values; products are what one may compare.
 *
 * <p>Where a cohort spans fewer directions than the global rank, B is zero and A keeps the mean's
 * rows made orthonormal to the rest, so that these directions can still be trained.
 *
 * <p>Layers are worked on one after the other, and of each the {@link FactorSum} takes no more room
 * than its dense matrix, however many clients there are.
 */
public record RefactorBySvd() implements PostAggregate {

  @Override
  public Aggregate apply(Aggregate aggregate) {
    GlobalState next = aggregate.next();
    Adapter adapter = next.adapter();
    LinkedHashMap<String, Tensor> refactored = new LinkedHashMap<>();
    for (AdapterTarget.Layer layer : adapter.target().layers()) {
      Svd svd = ideal(aggregate.contributions(), layer).svd(adapter.form().rank());
      DMatrixRMaj b = Matrices.of(adapter.b(layer));
      DMatrixRMaj a = Matrices.of(adapter.a(layer));
      refactor(svd, adapter.form().scale(), b, a);
      refactored.put(Part.A.tensorName(layer.name()), Matrices.tensor(a));
      refactored.put(Part.B.tensorName(layer.name()), Matrices.tensor(b));
    }
    return aggregate.withNext(
        new GlobalState(
            next.round(),
            adapter.with(TensorMap.of(refactored)),
            next.origins(),
            next.sideDeltas(),
            next.serverState()));
  }

  private static FactorSum ideal(List<Contribution> contributions, AdapterTarget.Layer layer) {
    FactorSum sum = new FactorSum();
    for (Contribution contribution : contributions) {
      Adapter adapter = contribution.adapter(layer);
      sum.add(
          contribution.weight() * adapter.form().scale(),
          Matrices.of(adapter.b(layer)),
          adapter.a(layer));
    }
    return sum;
  }

  /** Overwrites {@code b [out, r]} and {@code a [r, in]}. */
  private static void refactor(Svd svd, double scale, DMatrixRMaj b, DMatrixRMaj a) {
    int rank = a.numRows;
    int spanned = Math.min(rank, svd.values().size());
    b.zero();
    for (int i = 0; i < spanned; i++) {
      for (int row = 0; row < b.numRows; row++) {
        b.set(row, i, svd.u().get(row, i) * svd.values().get(i) / scale);
      }
      for (int column = 0; column < a.numCols; column++) {
        a.set(i, column, svd.vt().get(i, column));
      }
    }
    for (int row = spanned; row < rank; row++) {
      orthonormalise(a, row);
    }
  }

  /** Gram-Schmidt against the rows above, twice for rounding; a dependent row stays as it is. */
  private static void orthonormalise(DMatrixRMaj a, int row) {
    DMatrixRMaj rest = CommonOps_DDRM.extractRow(a, row, null);
    double length = NormOps_DDRM.normF(rest);
    for (int pass = 0; pass < 2; pass++) {
      for (int above = 0; above < row; above++) {
        DMatrixRMaj unit = CommonOps_DDRM.extractRow(a, above, null);
        CommonOps_DDRM.addEquals(rest, -CommonOps_DDRM.dot(unit, rest), unit);
      }
    }
    double left = NormOps_DDRM.normF(rest);
    if (left > 1e-6 * length) {
      CommonOps_DDRM.insert(Matrices.scaled(1 / left, rest), a, row, 0);
    }
  }
}
