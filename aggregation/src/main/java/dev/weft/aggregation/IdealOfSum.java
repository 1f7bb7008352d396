package dev.weft.aggregation;

import dev.weft.aggregation.algebra.FactorSum;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.update.UpdateEncoding;
import dev.weft.core.update.UpdateSum;
import java.util.List;

/**
 * The ideal from the sum of the updates alone, where the change is affine in what is trained
 * ({@link IdealChange#isInSum}): with an entry that a client does not own as zero, {@code Σ p_k s B
 * X_k A = s B (Σ p_k X_k) A} for clients of any ranks, and the sum knows {@code Σ p_k X_k} to
 * double precision. No update is read again.
 *
 * <p>A client of n_k examples adds {@code p_k s u_k √m y = s (2^-f / N) √m y} to the bound, with m
 * entries of X and y the bound of the frozen factors at its rank ({@link ProductBound}), which is
 * the same for all clients of a rank.
 */
final class IdealOfSum implements IdealChange {
  private final Adapter reference;
  private final UpdateEncoding encoding;
  private final UpdateSum sum;
  private final List<Adapter> weighted;

  IdealOfSum(Adapter reference, UpdateEncoding encoding, UpdateSum sum) {
    this.reference = reference;
    this.encoding = encoding;
    this.sum = sum;
    this.weighted = sum.weightedSum();
  }

  @Override
  public Layer layer(AdapterTarget.Layer layer) {
    FactorSum change = new FactorSum();
    weighted.forEach(adapter -> IdealChange.add(change, 1, adapter, layer));
    double bound = 0;
    for (int rank = 1; rank <= reference.form().rank(); rank++) {
      if (sum.clients(rank) > 0) {
        bound += sum.clients(rank) * reference.form().scale() * productBound(layer, rank);
      }
    }
    return new Layer(change, bound);
  }

  private double productBound(AdapterTarget.Layer layer, int rank) {
    return ProductBound.of(
        reference.form(),
        part -> part.truncate(reference.tensor(part, layer), rank),
        encoding.bound(sum.examples()));
  }
}
