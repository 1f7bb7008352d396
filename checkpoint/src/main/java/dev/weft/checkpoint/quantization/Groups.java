package dev.weft.checkpoint.quantization;

import dev.weft.core.Digest;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/**
 * Which scale and zero belong to an element. The {@code k}-th group of row {@code r} has the number
 * {@code r / height * rowStep + k * groupStep}.
 *
 * @param perRow groups that a row meets
 * @param width columns of a group, the last may be shorter; unused where columns are permuted
 * @param height rows that share a group
 * @param ofColumn the group of every column, for permuted columns (GPTQ's {@code g_idx}); else
 *     empty: groups follow each other
 */
record Groups(int perRow, int width, int height, int rowStep, int groupStep, IntBuffer ofColumn) {
  private static final IntBuffer CONSECUTIVE = IntBuffer.allocate(0);

  /** Groups of consecutive columns, numbers stored as [out, groups]. */
  static Groups alongRows(int in, int width) {
    int perRow = ceilDivide(in, width);
    return new Groups(perRow, width, 1, perRow, 1, CONSECUTIVE);
  }

  /** Groups of consecutive columns, numbers stored as [groups, out]. */
  static Groups alongRowsTransposed(int in, int width, int out) {
    return new Groups(ceilDivide(in, width), width, 1, 1, out, CONSECUTIVE);
  }

  /**
   * Groups of columns that need not be neighbours.
   *
   * @param ofColumn the group of every column, each in [0, perRow)
   */
  static Groups permuted(IntBuffer ofColumn, int perRow, int rowStep, int groupStep) {
    return new Groups(perRow, ofColumn.remaining(), 1, rowStep, groupStep, ofColumn);
  }

  /** One group for everything. */
  static Groups whole(int in) {
    return new Groups(1, in, 1, 0, 0, CONSECUTIVE);
  }

  /** Rectangles, numbers stored as [rows of rectangles, rectangles in a row]. */
  static Groups tiles(int in, int height, int width) {
    int perRow = ceilDivide(in, width);
    return new Groups(perRow, width, height, perRow, 1, CONSECUTIVE);
  }

  /** The number of a row's {@code k}-th group. */
  int number(int row, int k) {
    return row / height * rowStep + k * groupStep;
  }

  /** The group of every column where they are permuted, else empty. */
  int[] permutation() {
    int[] copy = new int[ofColumn.remaining()];
    ofColumn.duplicate().get(copy);
    return copy;
  }

  /** Bytes held to say so. */
  long bytes() {
    return (long) Integer.BYTES * ofColumn.remaining();
  }

  void addTo(Digest.Builder digest) {
    ByteBuffer columns = Memory.bytes(bytes());
    columns.asIntBuffer().put(ofColumn.duplicate());
    digest.add(columns);
  }

  private static int ceilDivide(int a, int b) {
    return (a + b - 1) / b;
  }
}
