package dev.weft.checkpoint;

import dev.weft.core.Text;
import java.util.List;

/**
 * How the values of a stored array are encoded. Plain types hold one value per unit; the block
 * types of GGUF hold 32 or 256 values of one row in a fixed number of bytes (quantization.md F3 to
 * F5).
 */
public enum ElementType {
  F64(1, 8),
  F32(1, 4),
  F16(1, 2),
  BF16(1, 2),
  F8_E4M3(1, 1),
  F8_E5M2(1, 1),
  I64(1, 8),
  I32(1, 4),
  I16(1, 2),
  I8(1, 1),
  U8(1, 1),
  BOOL(1, 1),
  Q4_0(32, 18),
  Q4_1(32, 20),
  Q5_0(32, 22),
  Q5_1(32, 24),
  Q8_0(32, 34),
  Q2_K(256, 84),
  Q3_K(256, 110),
  Q4_K(256, 144),
  Q5_K(256, 176),
  Q6_K(256, 210),
  IQ4_NL(32, 18),
  MXFP4(32, 17);

  private final int blockValues;
  private final int blockBytes;

  ElementType(int blockValues, int blockBytes) {
    this.blockValues = blockValues;
    this.blockBytes = blockBytes;
  }

  /** Values per block along a row; 1 for plain types. */
  public int blockValues() {
    return blockValues;
  }

  /** Bytes of one block. */
  public int blockBytes() {
    return blockBytes;
  }

  /**
   * Bytes that an array of this shape takes.
   *
   * @throws ArithmeticException if its rows are no whole number of blocks or it is absurdly large
   */
  public long bytes(List<Integer> shape) {
    long values = 1;
    for (int dimension : shape) {
      values = Math.multiplyExact(values, dimension);
    }
    int row = shape.isEmpty() ? 1 : shape.get(shape.size() - 1);
    if (row % blockValues != 0) {
      throw new ArithmeticException(
          Text.format("rows of %d values are no whole number of %s blocks", row, this));
    }
    return Math.multiplyExact(values / blockValues, blockBytes);
  }
}
