package dev.weft.finetune.training;

import dev.weft.core.method.LocalTraining;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.text.TokenizedSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which examples form which optimizer step: an endless sequence of reshuffled epochs, a pure
 * function of the seed.
 *
 * <p>Within a window of {@value #WINDOW} batches examples are sorted by length before they are
 * dealt out, so that batches hold little padding; then the batches of the epoch are shuffled.
 */
public final class BatchPlan {
  private static final int WINDOW = 32;

  private final TokenizedSet data;
  private final int batchSize;
  private final Seed seed;

  /**
   * @param seed of the run and the client
   */
  public BatchPlan(TokenizedSet data, int batchSize, Seed seed) {
    this.data = data;
    this.batchSize = batchSize;
    this.seed = seed;
  }

  /** Batches of one epoch, counted from 0; every example is in exactly one. */
  List<int[]> epoch(long number) {
    SeededRandom random = seed.of("batches", number).random();
    List<Integer> order = new ArrayList<>(data.size());
    for (int example = 0; example < data.size(); example++) {
      order.add(example);
    }
    random.shuffle(order);
    List<int[]> batches = new ArrayList<>();
    int window = WINDOW * batchSize;
    for (int from = 0; from < order.size(); from += window) {
      List<Integer> bucket = order.subList(from, Math.min(from + window, order.size()));
      bucket.sort(Comparator.comparingInt(data::tokens));
      for (int start = 0; start < bucket.size(); start += batchSize) {
        batches.add(
            bucket.subList(start, Math.min(start + batchSize, bucket.size())).stream()
                .mapToInt(Integer::intValue)
                .toArray());
      }
    }
    random.shuffle(batches);
    return batches;
  }

  /** Batches of a round, counted from 1: whole epochs, or steps that go on where the last ended. */
  public List<int[]> round(int round, LocalTraining training) {
    int stepsPerEpoch = training.stepsOfEpoch(data.size());
    long steps = training.stepsOfRound(data.size());
    long first = (round - 1) * steps;
    List<int[]> batches = new ArrayList<>();
    for (long epoch = first / stepsPerEpoch; batches.size() < steps; epoch++) {
      List<int[]> all = epoch(epoch);
      int from = epoch == first / stepsPerEpoch ? (int) (first % stepsPerEpoch) : 0;
      int to = (int) Math.min(all.size(), from + steps - batches.size());
      batches.addAll(all.subList(from, to));
    }
    return batches;
  }
}
