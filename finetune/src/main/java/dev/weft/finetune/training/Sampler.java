package dev.weft.finetune.training;

import dev.weft.core.method.LocalTraining;
import dev.weft.core.random.Seed;
import dev.weft.text.TokenizedSet;
import java.util.List;

/** Which examples each optimizer step sees: a pure function of data, training, seed and round. */
public interface Sampler {

  /**
   * The examples of every step of a round; a step may have none. A run counts on {@link
   * LocalTraining#stepsOfRound} steps for the range of its updates.
   *
   * @param seed of the run and the client, the same in every round
   * @param round from 1
   */
  List<int[]> round(TokenizedSet data, LocalTraining training, Seed seed, int round);
}
