package dev.weft.aggregation.post;

import dev.weft.aggregation.algebra.Matrices;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.method.Aggregate;
import dev.weft.core.method.Contribution;
import dev.weft.core.method.PostAggregate;
import dev.weft.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.ejml.data.DMatrixRMaj;

/**
 * FedEx-LoRA's server step: clients go on from the means B̄ and Ā, and what the means miss joins
 * the base as a side delta. That residual is the covariance of the factors,
 *
 * <pre>Σ p_k B_k A_k − B̄ Ā = [p_1(B_1−B̄) … p_{K−1}(B_{K−1}−B̄)] · [A_1−A_K; …; A_{K−1}−A_K]</pre>
 *
 * because {@code Σ p_k (B_k − B̄) = 0} lets the last client's A be subtracted from every term
 * (methods.md fact 2). So its rank is at most (K−1)·r and nothing of size out × in is formed or
 * sent. A single client leaves no residual.
 *
 * <p>The clients are read layer by layer, but what is made of them is no smaller than they are: the
 * side delta has (K−1)·r directions of every layer, and it is in memory here and stays in the state
 * from then on.
 */
public record ResidualToSideDelta() implements PostAggregate {

  @Override
  public Aggregate apply(Aggregate aggregate) {
    if (aggregate.contributions().size() == 1) {
      return aggregate;
    }
    List<LowRank> layers = new ArrayList<>();
    for (AdapterTarget.Layer layer : aggregate.mean().target().layers()) {
      layers.add(residual(aggregate, layer));
    }
    GlobalState next = aggregate.next();
    return aggregate.withNext(next.withSideDelta(new SideDelta(next.sideDeltas().size(), layers)));
  }

  private static LowRank residual(Aggregate aggregate, AdapterTarget.Layer layer) {
    List<Contribution> contributions = aggregate.contributions();
    int others = contributions.size() - 1;
    DMatrixRMaj mean = Matrices.of(aggregate.mean().b(layer));
    Tensor lastA = contributions.get(others).adapter(layer).a(layer);
    List<DMatrixRMaj> left = new ArrayList<>();
    List<DMatrixRMaj> right = new ArrayList<>();
    for (Contribution contribution : contributions.subList(0, others)) {
      Adapter adapter = contribution.adapter(layer);
      left.add(
          Matrices.scaled(
              contribution.weight() * adapter.form().scale(),
              Matrices.difference(Matrices.of(adapter.b(layer)), mean)));
      right.add(Matrices.difference(Matrices.of(adapter.a(layer)), Matrices.of(lastA)));
    }
    return new LowRank(
        Matrices.tensor(Matrices.besideEachOther(left)),
        Matrices.tensor(Matrices.belowEachOther(right)));
  }
}
