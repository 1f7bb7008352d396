package acme;

import dev.weft.core.adapter.GlobalState;
import dev.weft.core.method.Aggregate;
import dev.weft.core.method.Aggregator;
import dev.weft.core.method.Capability;
import dev.weft.core.random.Seed;
import dev.weft.core.update.StoredUpdates;
import dev.weft.core.update.UpdateSum;

/** Σ x_k / K instead of Σ n_k x_k / Σ n_k. */
final class EqualMean implements Aggregator {

  @Override
  public Capability capability() {
    return Capability.PER_CLIENT;
  }

  @Override
  public Aggregate decode(
      GlobalState reference, UpdateSum sum, StoredUpdates each, Seed seed) {
    double[] moved = new double[each.entries()];
    each.inBlocks(
        (from, values) -> {
          for (double[] client : values) {
            for (int i = 0; i < client.length; i++) {
              moved[from + i] += client[i] / values.length;
            }
          }
        });
    return Aggregate.ofMean(reference, sum.moved(moved), seed);
  }
}
