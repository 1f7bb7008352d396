package dev.weft.aggregation.init;

import dev.weft.aggregation.algebra.Ldu;
import dev.weft.aggregation.algebra.Matrices;
import dev.weft.core.adapter.Part;
import dev.weft.core.method.AdapterInit;
import dev.weft.core.method.AdapterInit.Statistic;
import java.util.Map;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * LoLDU's directions: the first r columns of P L and rows of U in {@code W = P L D U} (Shi et al.,
 * "LoLDU: low-rank adaptation via lower-diag-upper decomposition", 2024). The paper takes {@code s
 * P L_r D_r U_r} from the weight and trains a diagonal that starts at D_r; we train its distance
 * from D_r, which starts at zero. Every step and every mean is the same, and the base stays whole.
 */
public final class TriangularInit {
  private TriangularInit() {}

  /** The start of LoLDU. */
  public static AdapterInit loldu() {
    return FactorInit.of(
        Statistic.WEIGHT,
        (form, weight) -> {
          Ldu ldu = Ldu.of(weight);
          int rank = form.rank();
          return FactorInit.Start.of(
              Map.of(
                  Part.A,
                  Matrices.tensor(CommonOps_DDRM.extract(ldu.upper(), 0, rank, 0, weight.numCols)),
                  Part.B,
                  Matrices.tensor(
                      CommonOps_DDRM.extract(ldu.lower(), 0, weight.numRows, 0, rank))));
        });
  }
}
