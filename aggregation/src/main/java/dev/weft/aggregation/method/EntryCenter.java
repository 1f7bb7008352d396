package dev.weft.aggregation.method;

import dev.weft.core.adapter.GlobalState;
import dev.weft.core.method.Aggregate;
import dev.weft.core.method.Aggregator;
import dev.weft.core.method.Capability;
import dev.weft.core.random.Seed;
import dev.weft.core.update.ClientUpdate;
import dev.weft.core.update.UpdateSum;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A center of the clients' updates taken entry by entry, in which every client counts the same: a
 * weight is a claim, and a robust method believes no claim.
 *
 * @param center of an entry's values, which come in rising order
 */
record EntryCenter(ToDoubleFunction<double[]> center) implements Aggregator {

  @Override
  public Capability capability() {
    return Capability.PER_CLIENT;
  }

  @Override
  public Aggregate decode(
      GlobalState reference, UpdateSum sum, List<ClientUpdate> each, Seed seed) {
    double[] difference = new double[each.get(0).entries()];
    double[] values = new double[each.size()];
    for (int position = 0; position < difference.length; position++) {
      for (int client = 0; client < values.length; client++) {
        values[client] = sum.entry(each.get(client), position);
      }
      Arrays.sort(values);
      difference[position] = center.applyAsDouble(values);
    }
    return Aggregate.ofMean(reference, sum.moved(difference), seed);
  }
}
