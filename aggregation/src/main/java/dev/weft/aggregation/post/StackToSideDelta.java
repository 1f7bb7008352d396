package dev.weft.aggregation.post;

import dev.weft.aggregation.algebra.Matrices;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.method.Aggregate;
import dev.weft.core.method.Contribution;
import dev.weft.core.method.PostAggregate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.ejml.data.DMatrixRMaj;

/**
 * FLoRA's server step: the weighted sum of products as one stacked pair, {@code [B_1 … B_K] · [p_1
 * s A_1; …; p_K s A_K] = Σ p_k s B_k A_k} exactly and for any ranks; weight and scale stand on the
 * right side only (methods.md F3). The pair joins the base as a side delta of rank {@code Σ r_k},
 * and the next round starts from a fresh adapter: A redrawn from the round's seed, B zero. The head
 * is the plain mean.
 *
 * <p>The clients are read layer by layer, but the stack is all of their factors: {@code Σ r_k}
 * directions of every layer, in memory here and in the state from then on.
 */
public record StackToSideDelta() implements PostAggregate {

  @Override
  public Aggregate apply(Aggregate aggregate) {
    Adapter mean = aggregate.mean();
    List<LowRank> layers = new ArrayList<>();
    for (AdapterTarget.Layer layer : mean.target().layers()) {
      layers.add(stack(aggregate.contributions(), layer));
    }
    GlobalState next = aggregate.next();
    SideDelta delta = new SideDelta(next.sideDeltas().size(), layers);
    return aggregate.withNext(fresh(aggregate).withSideDelta(delta));
  }

  private static LowRank stack(List<Contribution> contributions, AdapterTarget.Layer layer) {
    List<DMatrixRMaj> left = new ArrayList<>();
    List<DMatrixRMaj> right = new ArrayList<>();
    for (Contribution contribution : contributions) {
      Adapter adapter = contribution.adapter(layer);
      left.add(Matrices.of(adapter.b(layer)));
      right.add(
          Matrices.scaled(
              contribution.weight() * adapter.form().scale(), Matrices.of(adapter.a(layer))));
    }
    return new LowRank(
        Matrices.tensor(Matrices.besideEachOther(left)),
        Matrices.tensor(Matrices.belowEachOther(right)));
  }

  private static GlobalState fresh(Aggregate aggregate) {
    GlobalState next = aggregate.next();
    Map<Part, Origin> origins = new EnumMap<>(next.origins());
    origins.put(Part.A, new Origin.Kaiming(aggregate.seed()));
    origins.put(Part.B, new Origin.Zeros());
    Adapter adapter = next.adapter();
    for (Part part : List.of(Part.A, Part.B)) {
      adapter = adapter.with(origins.get(part).derive(adapter.part(part)));
    }
    return new GlobalState(next.round(), adapter, origins, next.sideDeltas(), next.serverState());
  }
}
