package dev.weft.finetune.weights;

import dev.weft.checkpoint.quantization.StoredMatrix;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Optional;

/**
 * Decodes by the format's own Java loop, straight into native memory: one to two nanoseconds per
 * weight and core. Composed of libtorch's operators, the same took as long or up to twice as long.
 */
record RowDecoded(StoredMatrix matrix, Kernels kernels) implements NativeMatrix {
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
    Optional<ByteBuffer> memory = target.memory();
    if (memory.isPresent()) {
      copyRows(0, out(), memory.get().asFloatBuffer());
      return;
    }
    try (Arena scratch = Arena.open()) {
      kernels.quantization().copyInto(scratch, target, rows(scratch, 0, out()));
    }
  }

  @Override
  public NativeArray rows(Arena arena, int from, int to) {
    return arena.written(values -> copyRows(from, to, values), to - from, in());
  }

  @Override
  public NativeArray rows(Arena arena, NativeArray ids) {
    long[] numbers = ids.toLongs();
    return arena.written(
        values -> {
          float[] row = new float[in()];
          for (long number : numbers) {
            int id = Math.toIntExact(number);
            matrix.decodeRows(id, id + 1, row);
            values.put(row);
          }
        },
        numbers.length,
        in());
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
