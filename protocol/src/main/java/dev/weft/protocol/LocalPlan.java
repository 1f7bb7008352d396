package dev.weft.protocol;

import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.method.LocalRound;
import dev.weft.core.protection.Protection;
import dev.weft.core.random.Seed;

/**
 * How a client trains in a round and how its update becomes integers.
 *
 * @param form the adapter at this client's rank, with the parts that train in this round
 * @param local what it does with its data, the same for all clients
 * @param protection what happens to the update before it leaves
 * @param seed the run's seed, from which clients derive what all must agree on
 */
public record LocalPlan(AdapterForm form, LocalRound local, Protection protection, Seed seed) {

  /** Shuffling and dropout of one client over the whole run. */
  public Seed trainingSeed(String client) {
    return seed.of("client", client);
  }

  /** What happens to one client's update in this round by chance, whatever the attempt. */
  public Seed protectionSeed(String client) {
    return seed.of("round", local.round(), "client", client);
  }
}
