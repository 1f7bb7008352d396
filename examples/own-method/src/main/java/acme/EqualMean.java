package acme;

import dev.weft.core.adapter.GlobalState;
import dev.weft.core.method.Aggregate;
import dev.weft.core.method.Aggregator;
import dev.weft.core.method.Capability;
import dev.weft.core.random.Seed;
import dev.weft.core.update.ClientUpdate;
import dev.weft.core.update.UpdateSum;
import java.util.List;

/** Σ x_k / K instead of Σ n_k x_k / Σ n_k. */
final class EqualMean implements Aggregator {

  @Override
  public Capability capability() {
    return Capability.PER_CLIENT;
  }

  @Override
  public Aggregate decode(
      GlobalState reference, UpdateSum sum, List<ClientUpdate> each, Seed seed) {
    double[] moved = new double[each.get(0).entries()];
    for (ClientUpdate update : each) {
      for (int i = 0; i < moved.length; i++) {
        moved[i] += sum.entry(update, i) / each.size();
      }
    }
    return Aggregate.ofMean(reference, sum.moved(moved), seed);
  }
}
