package dev.weft.checkpoint;

import dev.weft.core.Text;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A named array of a model file, in the bytes it is stored in.
 *
 * @param shape row-major, outermost first, as PyTorch has it: a linear weight is {@code [out, in]}
 * @param bytes exactly those of the array, read-only and little-endian; usually a slice of the
 *     memory-mapped file, so nothing is read before it is used
 */
public record RawTensor(String name, ElementType type, List<Integer> shape, ByteBuffer bytes) {

  public RawTensor {
    shape = List.copyOf(shape);
    if (type.bytes(shape) != bytes.remaining()) {
      throw new IllegalArgumentException(
          Text.format(
              "bytes: %s %s %s takes %d bytes, not %d",
              name, type, shape, type.bytes(shape), bytes.remaining()));
    }
    bytes = bytes.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Another view of the same bytes, at their start. */
  @Override
  public ByteBuffer bytes() {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The same array under another name. */
  RawTensor named(String other) {
    return new RawTensor(other, type, shape, bytes);
  }

  /** Number of values. */
  public long elements() {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }

  /** A copy of some rows of a matrix, in this order. */
  public RawTensor gather(int... rows) {
    int row = Math.toIntExact(type.bytes(List.of(1, shape.get(1))));
    ByteBuffer copy = ByteBuffer.allocateDirect(Math.multiplyExact(rows.length, row));
    for (int i = 0; i < rows.length; i++) {
      copy.put(i * row, bytes, rows[i] * row, row);
    }
    return new RawTensor(name, type, List.of(rows.length, shape.get(1)), copy);
  }
}
