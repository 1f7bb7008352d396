package dev.weft.finetune.encoder;

import dev.weft.finetune.text.TokenizedSet;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.stream.Stream;

/**
 * The layers below the lowest one that an adapter changes. What leaves them never changes, so each
 * example goes through them once, in batches of one length, and every later pass starts above them.
 *
 * <p>Whether a set's states are kept is a function of the set alone, never of free memory, because
 * batches of another shape may differ in the last bit.
 */
final class FrozenPrefix {
  /** Sets whose states take more than this go through the prefix in every pass. */
  private static final long LARGEST_KEPT_BYTES = 128L << 20;

  private static final int BATCH = 64;

  private final FrozenEncoder frozen;
  private final int layers;
  private final Map<TokenizedSet, List<float[]>> kept =
      Collections.synchronizedMap(new WeakHashMap<>());

  /**
   * @param layers how many layers, from the lowest, no adapter changes
   */
  FrozenPrefix(FrozenEncoder frozen, int layers) {
    this.frozen = frozen;
    this.layers = layers;
  }

  /** The first layer above the prefix. */
  int layers() {
    return layers;
  }

  /** Brings a set through the prefix now, on all cores; the states are the same bits. */
  void prepare(TokenizedSet set) {
    if (isKept(set) && set.parts().isEmpty() && !kept.containsKey(set)) {
      kept.put(set, compute(set, batches(set).parallel()));
    }
  }

  /** What enters the first layer above the prefix [examples * length, hidden]. */
  NativeArray enter(Arena arena, EncoderBatch batch) {
    return isKept(batch.set()) ? recall(arena, batch) : pass(arena, batch);
  }

  private boolean isKept(TokenizedSet set) {
    return layers > 0
        && Float.BYTES * (long) hidden() * set.largestPartTokens() <= LARGEST_KEPT_BYTES;
  }

  private NativeArray pass(Arena arena, EncoderBatch batch) {
    NativeArray x = frozen.embed(arena, batch);
    for (int layer = 0; layer < layers; layer++) {
      try (Arena scratch = arena.child()) {
        x = frozen.layer(arena, batch, x, layer, frozen.weights(scratch, layer, WeightChange.NONE));
      }
    }
    return x;
  }

  private NativeArray recall(Arena arena, EncoderBatch batch) {
    List<float[]> states = states(batch.set());
    int width = batch.length() * hidden();
    float[] rows = new float[batch.examples() * width];
    for (int i = 0; i < batch.examples(); i++) {
      float[] example = states.get(batch.index(i));
      System.arraycopy(example, 0, rows, i * width, example.length);
    }
    return arena.floats(rows, rows.length / hidden(), hidden());
  }

  /** Per example what leaves the prefix [tokens, hidden]. */
  private List<float[]> states(TokenizedSet set) {
    List<float[]> states = kept.get(set);
    if (states == null) {
      states =
          set.parts().isEmpty()
              ? compute(set, batches(set))
              : set.parts().stream().flatMap(part -> states(part).stream()).toList();
      kept.put(set, states);
    }
    return states;
  }

  private List<float[]> compute(TokenizedSet set, Stream<int[]> batches) {
    float[][] states = new float[set.size()][];
    batches.forEach(indices -> compute(set, indices, states));
    return List.of(states);
  }

  private void compute(TokenizedSet set, int[] indices, float[][] states) {
    try (Arena arena = Arena.open()) {
      float[] rows = pass(arena, EncoderBatch.of(arena, set, indices)).toFloats();
      int width = rows.length / indices.length;
      for (int i = 0; i < indices.length; i++) {
        states[indices[i]] = Arrays.copyOfRange(rows, i * width, (i + 1) * width);
      }
    }
  }

  /** Batches of examples of one length each; a function of the set alone. */
  private static Stream<int[]> batches(TokenizedSet set) {
    Map<Integer, List<Integer>> byLength = new TreeMap<>();
    for (int example = 0; example < set.size(); example++) {
      byLength.computeIfAbsent(set.tokens(example), length -> new ArrayList<>()).add(example);
    }
    List<int[]> batches = new ArrayList<>();
    for (List<Integer> sameLength : byLength.values()) {
      for (int from = 0; from < sameLength.size(); from += BATCH) {
        batches.add(
            sameLength.subList(from, Math.min(from + BATCH, sameLength.size())).stream()
                .mapToInt(Integer::intValue)
                .toArray());
      }
    }
    return batches.stream();
  }

  private int hidden() {
    return frozen.shape().hidden();
  }
}
