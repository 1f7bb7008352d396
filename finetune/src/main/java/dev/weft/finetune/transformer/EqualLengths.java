package dev.weft.finetune.transformer;

import dev.weft.finetune.text.TokenizedSet;
import java.util.List;

/**
 * Who passes the frozen blocks together: examples of a set that have one length, so that nothing is
 * padded. A function of the set alone. Long examples pass alone, so that computing one of them
 * again computes no other.
 */
final class EqualLengths {
  /** Enough for a product to be fast, little enough to be computed again for one of them. */
  private static final int TOKENS = 256;

  private final List<int[]> batches;
  private final int[] batchOf;
  private final int[] placeIn;

  EqualLengths(TokenizedSet set) {
    batches = set.batchesOfOneLength(length -> Math.max(1, TOKENS / length));
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

  int size() {
    return batches.size();
  }

  /** The examples of a batch, in order. */
  int[] batch(int number) {
    return batches.get(number);
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
