package dev.weft.finetune.training;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.method.LocalRound;
import dev.weft.core.random.Seed;
import dev.weft.text.TokenizedSet;
import java.util.List;

/**
 * One client's local training in one round. The result is a pure function of it and the base model.
 *
 * @param adapter where training starts, at the client's rank; its form says which parts train
 * @param sideDeltas additions to the base, in order
 * @param local what is done, the same for all clients of the round
 * @param data the client's examples
 * @param seed of the run and the client, the same in every round
 */
public record TrainingJob(
    Adapter adapter, List<SideDelta> sideDeltas, LocalRound local, TokenizedSet data, Seed seed) {

  public TrainingJob {
    sideDeltas = List.copyOf(sideDeltas);
  }

  /** Whether both can share a pass over the base, a lane each. */
  boolean fitsBeside(TrainingJob other) {
    return adapter.form().equals(other.adapter.form())
        && local.equals(other.local)
        && sideDeltas.equals(other.sideDeltas);
  }
}
