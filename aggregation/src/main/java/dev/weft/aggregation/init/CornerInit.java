package dev.weft.aggregation.init;

import dev.weft.aggregation.algebra.Matrices;
import dev.weft.aggregation.algebra.Svd;
import dev.weft.core.adapter.Part;
import dev.weft.core.method.AdapterInit;
import dev.weft.core.method.AdapterInit.Statistic;
import java.util.Map;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * The Nyström start of NLoRA: {@code A = W[:r, :]}, {@code B = W[:, :r]} and between them the
 * pseudo-inverse of their common corner {@code W[:r, :r]}, so that {@code B N A = W} where W has
 * rank r (Guo et al., "NLoRA: Nyström-initiated low-rank adaptation for large language models",
 * 2025). The product is taken from the base, which the paper's released code omits, as it does the
 * inversion.
 */
public final class CornerInit {
  /** Singular values of the corner below this share of the largest are not inverted. */
  private static final double CUTOFF = 1e-3;

  private CornerInit() {}

  /** The start of NLoRA and IntTune. */
  public static AdapterInit nystrom() {
    return FactorInit.of(
            Statistic.WEIGHT,
            (form, weight) -> {
              int rank = form.rank();
              DMatrixRMaj rows = CommonOps_DDRM.extract(weight, 0, rank, 0, weight.numCols);
              DMatrixRMaj columns = CommonOps_DDRM.extract(weight, 0, weight.numRows, 0, rank);
              DMatrixRMaj corner = CommonOps_DDRM.extract(weight, 0, rank, 0, rank);
              return FactorInit.Start.of(
                  Map.of(
                      Part.A, Matrices.tensor(rows),
                      Part.B, Matrices.tensor(columns),
                      Part.CORE, Matrices.tensor(inverse(corner, form.scale()))));
            })
        .takenFromTheBase();
  }

  /** Pseudo-inverse over s. */
  private static DMatrixRMaj inverse(DMatrixRMaj corner, double scale) {
    Svd svd = Svd.of(corner);
    DMatrixRMaj right = Matrices.transpose(svd.vt());
    for (int i = 0; i < corner.numCols; i++) {
      double value = svd.values().get(i);
      boolean inverted = value > CUTOFF * svd.values().get(0);
      CommonOps_DDRM.scaleCol(inverted ? 1 / (scale * value) : 0, right, i);
    }
    return Matrices.productTransposed(right, svd.u());
  }
}
