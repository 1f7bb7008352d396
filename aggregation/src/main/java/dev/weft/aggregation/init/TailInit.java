package dev.weft.aggregation.init;

import dev.weft.aggregation.algebra.Matrices;
import dev.weft.aggregation.algebra.Svd;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.method.AdapterInit;
import dev.weft.core.method.AdapterInit.Statistic;
import java.util.List;
import java.util.Map;
import org.ejml.data.DMatrixRMaj;

/**
 * KaSA's start: the base loses what lies beyond its best rank {@code in − r}, as noise that the
 * adapter's knowledge replaces (Wang et al., "KaSA: knowledge-aware singular-value adaptation of
 * large language models", ICLR 2025). So the model does not quite answer as its base: each weight
 * moves by the norm of its tail, and not at all where {@code out ≤ in − r}.
 */
public final class TailInit {
  private TailInit() {}

  /** A drawn, B zero, singular values drawn from N(0, 1). */
  public static AdapterInit kasa() {
    return FactorInit.of(
            Statistic.WEIGHT,
            (form, weight) -> new FactorInit.Start(Map.of(), List.of(tail(form, weight))))
        .drawn(Part.A, Origin.Kaiming::new)
        .drawn(Part.CORE, seed -> new Origin.Normal(seed, 1, false));
  }

  /** Minus the singular triplets after the first {@code in − r}, padded with zeros to rank r. */
  private static LowRank tail(AdapterForm form, DMatrixRMaj weight) {
    Svd svd = Svd.of(weight);
    int kept = Math.max(0, weight.numCols - form.rank());
    DMatrixRMaj left = new DMatrixRMaj(weight.numRows, form.rank());
    DMatrixRMaj right = new DMatrixRMaj(form.rank(), weight.numCols);
    for (int i = kept; i < svd.values().size(); i++) {
      for (int row = 0; row < weight.numRows; row++) {
        left.set(row, i - kept, -svd.u().get(row, i) * svd.values().get(i));
      }
      for (int column = 0; column < weight.numCols; column++) {
        right.set(i - kept, column, svd.vt().get(i, column));
      }
    }
    return new LowRank(Matrices.tensor(left), Matrices.tensor(right));
  }
}
