package dev.weft.aggregation.sum;

import dev.weft.core.adapter.GlobalState;
import dev.weft.core.method.Aggregate;
import dev.weft.core.method.Aggregator;
import dev.weft.core.method.Capability;
import dev.weft.core.random.Seed;
import dev.weft.core.update.StoredUpdates;
import dev.weft.core.update.UpdateSum;

/** Weighted mean of the trained tensors ({@link UpdateSum#mean}): the sum is all it needs. */
public final class WeightedMean implements Aggregator {

  @Override
  public Capability capability() {
    return Capability.LINEAR;
  }

  @Override
  public Aggregate decode(GlobalState reference, UpdateSum sum, StoredUpdates each, Seed seed) {
    return Aggregate.ofMean(reference, sum.mean(), seed);
  }
}
