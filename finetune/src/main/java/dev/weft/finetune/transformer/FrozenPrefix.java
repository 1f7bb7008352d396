package dev.weft.finetune.transformer;

import dev.weft.finetune.text.TokenizedSet;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.stream.Stream;

/**
 * The blocks below the lowest one that an adapter changes. What leaves them never changes, so each
 * example goes through them once, in batches of one length, and every later pass starts above them.
 *
 * <p>Whether a set's states are kept is a function of the set alone, never of free memory, because
 * batches of another shape may differ in the last bit.
 */
final class FrozenPrefix {
  /** Sets whose states take more than this go through the prefix in every pass. */
  private static final long LARGEST_KEPT_BYTES = 128L << 20;

  private static final int BATCH = 64;

  private final FrozenTransformer frozen;
  private final Block block;
  private final int layers;
  private final Map<TokenizedSet, List<float[]>> kept =
      Collections.synchronizedMap(new WeakHashMap<>());

  /** Runs one block forward. */
  @FunctionalInterface
  interface Block {
    NativeArray run(
        Arena arena, int layer, NativeArray x, List<NativeArray> context, WeightChange change);
  }

  /**
   * @param layers how many blocks, from the lowest, no adapter changes
   */
  FrozenPrefix(FrozenTransformer frozen, Block block, int layers) {
    this.frozen = frozen;
    this.block = block;
    this.layers = layers;
  }

  /** The first block above the prefix. */
  int layers() {
    return layers;
  }

  /** Brings a set through the prefix now, on all cores; the states are the same bits. */
  void prepare(TokenizedSet set) {
    if (isKept(set) && set.parts().isEmpty() && !kept.containsKey(set)) {
      kept.put(set, compute(set, set.batchesOfOneLength(BATCH).parallelStream()));
    }
  }

  /** What enters the first block above the prefix [examples * length, hidden]. */
  NativeArray enter(Arena arena, TokenBatch batch) {
    return batch.rows().stream().allMatch(row -> isKept(row.set()))
        ? recall(arena, batch)
        : pass(arena, batch);
  }

  private boolean isKept(TokenizedSet set) {
    return layers > 0
        && Float.BYTES * (long) hidden() * set.largestPartTokens() <= LARGEST_KEPT_BYTES;
  }

  private NativeArray pass(Arena arena, TokenBatch batch) {
    NativeArray x = frozen.embed(arena, batch);
    if (layers > 0) {
      List<NativeArray> context = frozen.family().context(arena, batch);
      for (int layer = 0; layer < layers; layer++) {
        x = block.run(arena, layer, x, context, WeightChange.NONE);
      }
    }
    return x;
  }

  private NativeArray recall(Arena arena, TokenBatch batch) {
    int width = batch.length() * hidden();
    float[] rows = new float[batch.examples() * width];
    for (int i = 0; i < batch.examples(); i++) {
      TokenBatch.Row row = batch.rows().get(i);
      float[] example = states(row.set()).get(row.example());
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
              ? compute(set, set.batchesOfOneLength(BATCH).stream())
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
      float[] rows = pass(arena, TokenBatch.of(set, indices)).toFloats();
      int width = rows.length / indices.length;
      for (int i = 0; i < indices.length; i++) {
        states[indices[i]] = Arrays.copyOfRange(rows, i * width, (i + 1) * width);
      }
    }
  }

  private int hidden() {
    return frozen.family().hidden();
  }
}
