package dev.weft.finetune.transformer;

import dev.weft.text.TokenizedSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Who passes the frozen blocks together: examples of a set that have one length, so that nothing is
 * padded. A function of the set alone. Long examples pass alone, so that computing one of them
 * again computes no other.
 */
final class EqualLengths {
  /** Enough for a product to be fast, little enough to be computed again for one of them. */
  private static final int TOKENS = 256;

  /** Tokens for which a block's weights are decoded once, where a set has as many. */
  static final int WORTH_DECODING = 1024;

  private final List<int[]> batches;
  private final int[] tokens;
  private final int[] batchOf;
  private final int[] placeIn;

  EqualLengths(TokenizedSet set) {
    batches = set.batchesOfOneLength(length -> Math.max(1, TOKENS / length));
    tokens = batches.stream().mapToInt(each -> each.length * set.tokens(each[0])).toArray();
    batchOf = new int[set.size()];
    placeIn = new int[set.size()];
    for (int batch = 0; batch < batches.size(); batch++) {
      int[] examples = batches.get(batch);
      for (int place = 0; place < examples.length; place++) {
        batchOf[examples[place]] = batch;
        placeIn[examples[place]] = place;
      }
    }
  }

  /** All examples, several batches at a time: enough for their weights to be worth decoding. */
  List<int[]> together() {
    List<int[]> joined = new ArrayList<>();
    IntStream next = IntStream.empty();
    int sum = 0;
    for (int batch = 0; batch < size(); batch++) {
      next = IntStream.concat(next, Arrays.stream(batch(batch)));
      sum += tokens[batch];
      if (sum >= WORTH_DECODING || batch == size() - 1) {
        joined.add(next.toArray());
        next = IntStream.empty();
        sum = 0;
      }
    }
    return joined;
  }

  int size() {
    return batches.size();
  }

  /** The examples of a batch, in order. */
  int[] batch(int number) {
    return batches.get(number);
  }

  /** Tokens of a batch. */
  int tokens(int number) {
    return tokens[number];
  }

  /** Number of the batch that an example is in. */
  int batchOf(int example) {
    return batchOf[example];
  }

  /** How many examples of the same batch are before it. */
  int placeIn(int example) {
    return placeIn[example];
  }
}
