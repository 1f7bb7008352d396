package dev.weft.finetune.quantization;

import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import java.nio.FloatBuffer;

/**
 * Decodes by the format's own Java loop, straight into native memory: one to two nanoseconds per
 * weight and core. Composed of libtorch's operators, the same took as long or up to twice as long.
 */
record RowDecoded(StoredMatrix matrix) implements NativeMatrix {
  /** Values decoded at a time: they stay in the nearest caches until they are copied. */
  private static final int CHUNK = 1 << 14;

  @Override
  public int out() {
    return matrix.out();
  }

  @Override
  public int in() {
    return matrix.in();
  }

  @Override
  public void decodeInto(NativeArray target) {
    copyRows(0, out(), target.memory().asFloatBuffer());
  }

  @Override
  public NativeArray rows(Arena arena, int from, int to) {
    NativeArray values = arena.room(to - from, in());
    copyRows(from, to, values.memory().asFloatBuffer());
    return values;
  }

  @Override
  public NativeArray rows(Arena arena, NativeArray ids) {
    long[] numbers = ids.toLongs();
    NativeArray values = arena.room(numbers.length, in());
    FloatBuffer target = values.memory().asFloatBuffer();
    float[] row = new float[in()];
    for (long number : numbers) {
      int id = Math.toIntExact(number);
      matrix.decodeRows(id, id + 1, row);
      target.put(row);
    }
    return values;
  }

  /** Chunks hold whole groups of 8 rows where they can: some formats pack eight rows in a word. */
  private void copyRows(int from, int to, FloatBuffer target) {
    int rows = Math.min(Math.max(8, CHUNK / in() & ~7), to - from);
    float[] chunk = new float[rows * in()];
    for (int row = from; row < to; row += rows) {
      int end = Math.min(row + rows, to);
      matrix.decodeRows(row, end, chunk);
      target.put(chunk, 0, (end - row) * in());
    }
  }
}
