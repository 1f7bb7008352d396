package dev.weft.core.method;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.random.Seed;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A round's result on its way from the sum of updates to the next global state.
 *
 * @param reference the state that the clients started from
 * @param contributions what single clients made, ordered by client; empty if the aggregator is
 *     linear
 * @param mean entrywise weighted mean of the clients' adapters, at full rank, or what a robust
 *     method takes in its place; an entry that only clients of larger rank own is averaged over its
 *     owners
 * @param next the state that the round will commit; starts as the reference with the mean adapter
 * @param seed reproducible randomness of this round, for redrawn factors
 */
public record Aggregate(
    GlobalState reference,
    List<Contribution> contributions,
    Adapter mean,
    GlobalState next,
    Seed seed) {

  public Aggregate {
    contributions = List.copyOf(contributions);
  }

  /** A center of the clients' adapters and nothing else; what it moved must be fetched. */
  public static Aggregate ofMean(GlobalState reference, Adapter mean, Seed seed) {
    Map<Part, Origin> origins = new EnumMap<>(reference.origins());
    for (Part part : mean.form().trained()) {
      if (!mean.part(part).isEmpty()) {
        origins.put(part, new Origin.Fetched());
      }
    }
    GlobalState next =
        new GlobalState(
            reference.round() + 1, mean, origins, reference.sideDeltas(), reference.serverState());
    return new Aggregate(reference, List.of(), mean, next, seed);
  }

  /** This result with the clients' own adapters beside it. */
  public Aggregate with(List<Contribution> newContributions) {
    return new Aggregate(reference, newContributions, mean, next, seed);
  }

  /** This result with another state to commit. */
  public Aggregate withNext(GlobalState newNext) {
    return new Aggregate(reference, contributions, mean, newNext, seed);
  }
}
