package dev.weft.protocol;

import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.method.LocalObjective;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.random.Seed;
import dev.weft.core.update.UpdateEncoding;

/**
 * How a client trains in a round and how its update becomes integers.
 *
 * @param form the adapter at this client's rank, with the parts that train in this round
 * @param objective what the client minimises
 * @param encoding how the update becomes integers
 * @param training optimizer steps and rates
 * @param rounds of the whole run, over which the rates move
 * @param seed the run's seed, from which clients derive what all must agree on
 */
public record LocalPlan(
    AdapterForm form,
    LocalObjective objective,
    UpdateEncoding encoding,
    LocalTraining training,
    int rounds,
    Seed seed) {

  /** Shuffling and dropout of one client over the whole run. */
  public Seed trainingSeed(String client) {
    return seed.of("client", client);
  }

  /** Stochastic rounding of one client's update in one round, whatever the attempt. */
  public Seed roundingSeed(String client, int round) {
    return seed.of("round", round, "client", client);
  }
}
