package dev.weft.finetune.training;

import dev.weft.core.method.LocalTraining;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.text.TokenizedSet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Every example is in every step with the same probability, whatever the other examples and the
 * other steps do (privacy.md 2.1). So batches differ in size, and some are empty. The batch size of
 * the training only says how many examples pass the model at once.
 *
 * <p>It amplifies privacy only against those who do not know the seed.
 *
 * @param rate the probability q
 */
public record PoissonSampling(double rate) implements Sampler {

  public PoissonSampling {
    if (!(rate > 0 && rate <= 1)) {
      throw new IllegalArgumentException("rate: must be above 0 and at most 1, got " + rate);
    }
  }

  @Override
  public List<int[]> round(TokenizedSet data, LocalTraining training, Seed seed, int round) {
    long steps = training.stepsOfRound(data.size());
    List<int[]> batches = new ArrayList<>();
    for (long step = (round - 1) * steps; step < round * steps; step++) {
      SeededRandom random = seed.of("poisson", step).random();
      batches.add(
          IntStream.range(0, data.size()).filter(each -> random.nextDouble() < rate).toArray());
    }
    return batches;
  }
}
