package dev.weft.aggregation.sum;

import dev.weft.core.adapter.GlobalState;
import dev.weft.core.method.Aggregate;
import dev.weft.core.method.Aggregator;
import dev.weft.core.method.Capability;
import dev.weft.core.method.Contribution;
import dev.weft.core.random.Seed;
import dev.weft.core.update.ClientUpdate;
import dev.weft.core.update.UpdateSum;
import java.util.List;

/**
 * The {@link WeightedMean} with every client's adapter beside it, ordered by client name, for
 * methods that need the clients' products {@code Σ p_k s B_k A_k} and not only their factors'
 * means.
 *
 * @param capability {@link Capability#PRODUCT} for a method of which nothing but that sum goes on,
 *     {@link Capability#PER_CLIENT} for one that hands on what single clients sent
 */
public record ProductMean(Capability capability) implements Aggregator {

  @Override
  public Aggregate decode(
      GlobalState reference, UpdateSum sum, List<ClientUpdate> each, Seed seed) {
    return Aggregate.ofMean(reference, sum.mean(), seed)
        .with(
            each.stream()
                .map(
                    update ->
                        new Contribution(
                            update.client(),
                            (double) update.examples() / sum.examples(),
                            sum.adapter(update)))
                .toList());
  }
}
