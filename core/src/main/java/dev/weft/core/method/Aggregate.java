package dev.weft.core.method;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.random.Seed;
import java.util.List;

/**
 * A round's result on its way from the sum of updates to the next global state.
 *
 * @param reference the state that the clients started from
 * @param contributions the clients' adapters ordered by client; empty if the aggregator is linear
 * @param mean entrywise weighted mean of the clients' adapters, at full rank; an entry that only
 *     clients of larger rank own is averaged over its owners
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

  /** This result with another state to commit. */
  public Aggregate withNext(GlobalState newNext) {
    return new Aggregate(reference, contributions, mean, newNext, seed);
  }
}
