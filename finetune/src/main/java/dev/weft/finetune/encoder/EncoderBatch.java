package dev.weft.finetune.encoder;

import dev.weft.finetune.text.TokenizedSet;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import java.util.Arrays;
import java.util.List;

/**
 * Examples padded to the longest of them.
 *
 * @param set what the examples are from
 * @param indices their positions in it
 * @param ids token ids [examples, length]
 * @param mask what is added to attention scores [examples, 1, 1, length]: 0, or -inf for padding
 * @param shares weight of each token in its example's mean [examples, length]
 * @param labels class of each example [examples]
 */
public record EncoderBatch(
    TokenizedSet set,
    List<Integer> indices,
    NativeArray ids,
    NativeArray mask,
    NativeArray shares,
    NativeArray labels) {

  public EncoderBatch {
    indices = List.copyOf(indices);
  }

  /** The examples of {@code set} at these indices. */
  public static EncoderBatch of(Arena arena, TokenizedSet set, int[] indices) {
    int examples = indices.length;
    int length = 0;
    for (int index : indices) {
      length = Math.max(length, set.tokens(index));
    }
    long[] ids = new long[examples * length];
    float[] mask = new float[examples * length];
    float[] shares = new float[examples * length];
    long[] labels = new long[examples];
    for (int row = 0; row < examples; row++) {
      int tokens = set.tokens(indices[row]);
      labels[row] = set.label(indices[row]);
      for (int position = 0; position < length; position++) {
        int cell = row * length + position;
        boolean token = position < tokens;
        ids[cell] = token ? set.token(indices[row], position) : 0;
        mask[cell] = token ? 0 : Float.NEGATIVE_INFINITY;
        shares[cell] = token ? 1f / tokens : 0;
      }
    }
    return new EncoderBatch(
        set,
        Arrays.stream(indices).boxed().toList(),
        arena.longs(ids, examples, length),
        arena.floats(mask, examples, 1, 1, length),
        arena.floats(shares, examples, length),
        arena.longs(labels, examples));
  }

  int examples() {
    return indices.size();
  }

  /** Tokens of the longest example. */
  int length() {
    return indices.stream().mapToInt(set::tokens).max().getAsInt();
  }

  /** Position in the set of the example in this row. */
  int index(int row) {
    return indices.get(row);
  }
}
