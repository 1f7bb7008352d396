package dev.weft.finetune.training;

import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.method.LocalObjective;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.random.Seed;
import dev.weft.text.TokenizedSet;
import java.util.List;

/**
 * One client's local training in one round. The result is a pure function of it and the base model.
 *
 * @param adapter where training starts, at the client's rank; its form says which parts train
 * @param sideDeltas additions to the base, in order
 * @param objective what is minimised
 * @param training batch size, steps and learning rates
 * @param data the client's examples
 * @param seed of the run and the client, the same in every round
 * @param round from 1; decides where in the shuffled data training goes on and, of all {@code
 *     rounds}, how far the learning rate has moved
 */
public record TrainingJob(
    Adapter adapter,
    List<SideDelta> sideDeltas,
    LocalObjective objective,
    LocalTraining training,
    TokenizedSet data,
    Seed seed,
    int round,
    int rounds) {

  public TrainingJob {
    sideDeltas = List.copyOf(sideDeltas);
    if (round < 1 || round > rounds) {
      throw new IllegalArgumentException(
          Text.format("round: counts from 1 to %d, got %d", rounds, round));
    }
  }
}
