package dev.weft.protocol;

import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.method.LocalRound;
import dev.weft.core.random.Seed;
import dev.weft.core.update.UpdateEncoding;

/**
 * How a client trains in a round and how its update becomes integers.
 *
 * @param form the adapter at this client's rank, with the parts that train in this round
 * @param local what it does with its data, the same for all clients
 * @param encoding how the update becomes integers
 * @param seed the run's seed, from which clients derive what all must agree on
 */
public record LocalPlan(AdapterForm form, LocalRound local, UpdateEncoding encoding, Seed seed) {

  /** Shuffling and dropout of one client over the whole run. */
  public Seed trainingSeed(String client) {
    return seed.of("client", client);
  }

  /** Stochastic rounding of one client's update in this round, whatever the attempt. */
  public Seed roundingSeed(String client) {
    return seed.of("round", local.round(), "client", client);
  }
}
