package dev.weft.aggregation.sum;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.method.Aggregate;
import dev.weft.core.method.Aggregator;
import dev.weft.core.method.Capability;
import dev.weft.core.random.Seed;
import dev.weft.core.update.ClientUpdate;
import dev.weft.core.update.UpdateSum;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Weighted mean of the trained tensors ({@link UpdateSum#mean}): the sum is all it needs. */
public final class WeightedMean implements Aggregator {

  @Override
  public Capability capability() {
    return Capability.LINEAR;
  }

  @Override
  public Aggregate decode(
      GlobalState reference, UpdateSum sum, List<ClientUpdate> each, Seed seed) {
    Adapter mean = sum.mean();
    return new Aggregate(reference, List.of(), mean, next(reference, mean), seed);
  }

  private static GlobalState next(GlobalState reference, Adapter mean) {
    Map<Part, Origin> origins = new EnumMap<>(reference.origins());
    for (Part part : mean.form().trained()) {
      if (!mean.part(part).isEmpty()) {
        origins.put(part, new Origin.Fetched());
      }
    }
    return new GlobalState(
        reference.round() + 1, mean, origins, reference.sideDeltas(), reference.serverState());
  }
}
