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

  /** Brings a set through the prefix now rather than with its first batch. */
  void prepare(TokenizedSet set) {
    if (isKept(set)) {
      states(set);
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
    float[] rows = new float[batch.examples() * batch.length() * hidden()];
    for (int i = 0; i < batch.examples(); i++) {
      float[] example = states.get(batch.index(i));
      System.arraycopy(example, 0, rows, i * batch.length() * hidden(), example.length);
    }
    return arena.floats(rows, batch.examples() * batch.length(), hidden());
  }

  /** Per example what leaves the prefix [tokens, hidden]. */
  private List<float[]> states(TokenizedSet set) {
    if (!set.parts().isEmpty()) {
      return set.parts().stream().flatMap(part -> states(part).stream()).toList();
    }
    List<float[]> states = kept.get(set);
    if (states == null) {
      states = compute(set);
      kept.put(set, states);
    }
    return states;
  }

  private List<float[]> compute(TokenizedSet set) {
    float[][] states = new float[set.size()][];
    for (List<Integer> sameLength : byLength(set).values()) {
      for (int from = 0; from < sameLength.size(); from += BATCH) {
        int[] indices =
            sameLength.subList(from, Math.min(from + BATCH, sameLength.size())).stream()
                .mapToInt(Integer::intValue)
                .toArray();
        try (Arena arena = Arena.open()) {
          float[] rows = pass(arena, EncoderBatch.of(arena, set, indices)).toFloats();
          int width = rows.length / indices.length;
          for (int i = 0; i < indices.length; i++) {
            states[indices[i]] = Arrays.copyOfRange(rows, i * width, (i + 1) * width);
          }
        }
      }
    }
    return List.of(states);
  }

  private static Map<Integer, List<Integer>> byLength(TokenizedSet set) {
    Map<Integer, List<Integer>> byLength = new TreeMap<>();
    for (int example = 0; example < set.size(); example++) {
      byLength.computeIfAbsent(set.tokens(example), length -> new ArrayList<>()).add(example);
    }
    return byLength;
  }

  private int hidden() {
    return frozen.shape().hidden();
  }
}
