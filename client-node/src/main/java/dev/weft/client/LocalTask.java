package dev.weft.client;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.method.LocalObjective;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.random.Seed;
import dev.weft.finetune.training.TrainingJob;
import dev.weft.text.TokenizedSet;
import java.util.List;

/**
 * What a client trains in a round.
 *
 * @param reference the global adapter at this client's rank; its form names the trained parts
 * @param sideDeltas additions to the base, in order
 * @param objective what to minimise
 * @param training optimizer steps and rates
 * @param seed of this run and client, the same in every round
 * @param round counted from 1
 * @param rounds of the whole run
 */
public record LocalTask(
    Adapter reference,
    List<SideDelta> sideDeltas,
    LocalObjective objective,
    LocalTraining training,
    Seed seed,
    int round,
    int rounds) {

  public LocalTask {
    sideDeltas = List.copyOf(sideDeltas);
  }

  /** The same as a training on the client's examples. */
  public TrainingJob on(TokenizedSet data) {
    return new TrainingJob(reference, sideDeltas, objective, training, data, seed, round, rounds);
  }
}
