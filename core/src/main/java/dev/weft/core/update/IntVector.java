package dev.weft.core.update;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** An immutable vector of 32-bit integers: an update on its way. */
public final class IntVector {
  private final int[] values;

  private IntVector(int[] values) {
    this.values = values;
  }

  /** A copy of the values. */
  public static IntVector of(int... values) {
    return new IntVector(values.clone());
  }

  /**
   * All integers that remain in {@code bytes}, little-endian; advances it to its end.
   *
   * @throws WeftException if the bytes end within an integer
   */
  public static IntVector decode(ByteBuffer bytes) {
    if (bytes.remaining() % Integer.BYTES != 0) {
      throw new WeftException(
          Problem.MALFORMED_UPDATE,
          Text.format(
              "update of %d bytes ends within an integer; send all of it", bytes.remaining()));
    }
    int[] values = new int[bytes.remaining() / Integer.BYTES];
    bytes.order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(values);
    bytes.position(bytes.limit());
    return new IntVector(values);
  }

  /** Appends the integers to {@code target}, little-endian. */
  public void encode(ByteBuffer target) {
    target.order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(values);
    target.position(target.position() + Integer.BYTES * values.length);
  }

  public int size() {
    return values.length;
  }

  public int at(int index) {
    return values[index];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IntVector that && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "IntVector[" + values.length + "]";
  }
}
