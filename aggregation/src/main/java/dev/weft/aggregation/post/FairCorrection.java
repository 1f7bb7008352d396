package dev.weft.aggregation.post;

import dev.weft.aggregation.algebra.Matrices;
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

/**
 * LoRA-FAIR's server step in its deterministic ridge form (methods.md F7): the B̄ of the means is
 * moved by the minimiser of {@code ‖ΔW* − (B̄ + dB) Ā‖² + λ‖dB‖²},
 *
 * <pre>dB = (ΔW* − B̄ Ā) Āᵀ (Ā Āᵀ + λI)⁻¹,   (ΔW* − B̄ Ā) Āᵀ = Σ p_k (B_k − B̄) ((A_k − Ā) Āᵀ)
 * </pre>
 *
 * (fact 2), so nothing larger than a factor is formed, and of the clients one layer of one of them
 * is in memory. The published method minimises a cosine by gradient steps instead. The correction
 * never increases the distance to {@code ΔW*} and vanishes for one client and for λ → ∞.
 *
 * @param lambda λ ≥ 0; at 0 the pseudo-inverse gives the shortest least-squares solution
 */
public record FairCorrection(double lambda) implements PostAggregate {

  public FairCorrection {
    if (!(lambda >= 0)) {
      throw new IllegalArgumentException("lambda: must not be negative, got " + lambda);
    }
  }

  @Override
  public Aggregate apply(Aggregate aggregate) {
    GlobalState next = aggregate.next();
    Adapter adapter = next.adapter();
    LinkedHashMap<String, Tensor> corrected = new LinkedHashMap<>();
    for (AdapterTarget.Layer layer : adapter.target().layers()) {
      corrected.put(
          Part.B.tensorName(layer.name()),
          correctedB(aggregate.mean(), aggregate.contributions(), layer));
    }
    return aggregate.withNext(
        new GlobalState(
            next.round(),
            adapter.with(TensorMap.of(corrected)),
            next.origins(),
            next.sideDeltas(),
            next.serverState()));
  }

  private Tensor correctedB(
      Adapter mean, List<Contribution> contributions, AdapterTarget.Layer layer) {
    DMatrixRMaj meanA = Matrices.of(mean.a(layer));
    DMatrixRMaj meanB = Matrices.of(mean.b(layer));
    DMatrixRMaj missed = new DMatrixRMaj(meanB.numRows, meanB.numCols);
    for (Contribution contribution : contributions) {
      Adapter adapter = contribution.adapter(layer);
      DMatrixRMaj a = Matrices.of(adapter.a(layer));
      DMatrixRMaj b = Matrices.of(adapter.b(layer));
      CommonOps_DDRM.multAdd(
          contribution.weight(),
          Matrices.difference(b, meanB),
          Matrices.productTransposed(Matrices.difference(a, meanA), meanA),
          missed);
    }
    DMatrixRMaj gram = Matrices.productTransposed(meanA, meanA);
    CommonOps_DDRM.addEquals(gram, lambda, CommonOps_DDRM.identity(gram.numRows));
    DMatrixRMaj inverse = new DMatrixRMaj(gram.numRows, gram.numRows);
    CommonOps_DDRM.pinv(gram, inverse);
    CommonOps_DDRM.addEquals(meanB, Matrices.product(missed, inverse));
    return Matrices.tensor(meanB);
  }
}
