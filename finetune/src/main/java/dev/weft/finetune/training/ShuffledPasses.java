package dev.weft.finetune.training;

import dev.weft.core.method.LocalTraining;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.text.TokenizedSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * An endless sequence of reshuffled passes over the data, cut into batches of one size.
 *
 * <p>Within a window of {@value #WINDOW} batches examples are sorted by length before they are
 * dealt out, so that batches hold little padding; then the batches of the pass are shuffled.
 */
public record ShuffledPasses() implements Sampler {
  private static final int WINDOW = 32;

  /** Batches of one pass, counted from 0; every example is in exactly one. */
  static List<int[]> pass(TokenizedSet data, int batchSize, Seed seed, long number) {
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

  /** Whole passes, or steps that go on where the last round ended. */
  @Override
  public List<int[]> round(TokenizedSet data, LocalTraining training, Seed seed, int round) {
    long stepsPerPass = training.stepsOfEpoch(data.size());
    long steps = training.stepsOfRound(data.size());
    long first = (round - 1) * steps;
    List<int[]> batches = new ArrayList<>();
    for (long number = first / stepsPerPass; batches.size() < steps; number++) {
      List<int[]> all = pass(data, training.batchSize(), seed, number);
      int from = number == first / stepsPerPass ? (int) (first % stepsPerPass) : 0;
      int to = (int) Math.min(all.size(), from + steps - batches.size());
      batches.addAll(all.subList(from, to));
    }
    return batches;
  }
}
