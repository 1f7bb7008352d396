package dev.weft.aggregation.sum;

import dev.weft.core.adapter.GlobalState;
import dev.weft.core.method.Aggregate;
import dev.weft.core.method.Aggregator;
import dev.weft.core.method.Capability;
import dev.weft.core.method.Contribution;
import dev.weft.core.random.Seed;
import dev.weft.core.update.StoredUpdates;
import dev.weft.core.update.UpdateSum;

/**
 * The {@link WeightedMean} with every client's contribution beside it, ordered by client name, for
 * methods that need the clients' products {@code Σ p_k s B_k A_k} and not only their factors'
 * means. The contributions stay where they are stored; the steps that follow read them layer by
 * layer.
 *
 * @param capability {@link Capability#PRODUCT} for a method of which nothing but that sum goes on,
 *     {@link Capability#PER_CLIENT} for one that hands on what single clients sent
 */
public record ProductMean(Capability capability) implements Aggregator {

  @Override
  public Aggregate decode(GlobalState reference, UpdateSum sum, StoredUpdates each, Seed seed) {
    return Aggregate.ofMean(reference, sum.mean(), seed)
        .with(
            each.each().stream()
                .map(
                    update ->
                        new Contribution(
                            update.client(),
                            (double) update.examples() / sum.examples(),
                            update::adapter))
                .toList());
  }
}
