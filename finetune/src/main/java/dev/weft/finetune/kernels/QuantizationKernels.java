package dev.weft.finetune.kernels;

import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.torch.Program;
import java.util.List;

/** Kernels of {@code quantization.py}: frozen matrices decoded, and split in two. */
public final class QuantizationKernels {
  private final Program program;

  QuantizationKernels(Program program) {
    this.program = program;
  }

  /**
   * Two values for every byte as one complex number [256].
   *
   * @param pairs float32 [256, 2]
   */
  public NativeArray byteTable(Arena arena, NativeArray pairs) {
    return program.callOne(arena, "byte_table", pairs);
  }

  /**
   * Block scales of double quantization [blocks].
   *
   * @param codes uint8 [blocks]
   * @param map the values of the codes, float32 [256]
   * @param absmax float32, one per {@code block} codes
   * @param block codes that share an absmax
   * @param mean added to all
   */
  public NativeArray nestedScales(
      Arena arena, NativeArray codes, NativeArray map, NativeArray absmax, int block, double mean) {
    return program.callOne(arena, "nested_scales", codes, map, absmax, block, mean);
  }

  /**
   * Fills {@code target} with the values of 4-bit codes, two per byte, times the scale of their
   * block.
   *
   * @param target contiguous float32 [out, in]; changed
   * @param codes uint8 [out * in / 2]
   * @param table complex64 [256], of {@link #byteTable}
   * @param scales float32 [out * in / block]
   * @param block values that share a scale
   */
  public void decodeBytes(
      Arena arena,
      NativeArray target,
      NativeArray codes,
      NativeArray table,
      NativeArray scales,
      int block) {
    program.call(arena, "decode_bytes", target, codes, table, scales, block);
  }

  /**
   * Halves as float32 [rows, in].
   *
   * @param bytes uint8 [rows, 2 in]
   * @param type libtorch's number for the type of the halves
   */
  public NativeArray widen(Arena arena, NativeArray bytes, int type) {
    return program.callOne(arena, "widen", bytes, type);
  }

  /**
   * Fills {@code target} with halves.
   *
   * @param target float32 [out, in]; changed
   * @param bytes uint8 [out, 2 in]
   * @param type libtorch's number for the type of the halves
   */
  public void widenInto(Arena arena, NativeArray target, NativeArray bytes, int type) {
    program.call(arena, "widen_into", target, bytes, type);
  }

  /**
   * Fills {@code target} with {@code values}.
   *
   * @param target changed
   * @param values of the same shape
   */
  public void copyInto(Arena arena, NativeArray target, NativeArray values) {
    program.call(arena, "copy_into", target, values);
  }

  /**
   * Rows where they lie [end - begin, …].
   *
   * @param values [rows, …]
   * @param begin first row
   * @param end the row after the last
   */
  public NativeArray consecutiveRows(Arena arena, NativeArray values, int begin, int end) {
    return program.callOne(arena, "consecutive_rows", values, begin, end);
  }

  /**
   * The rows of these numbers [number of ids, …].
   *
   * @param values [rows, …]
   * @param ids int64 of any shape
   */
  public NativeArray chosenRows(Arena arena, NativeArray values, NativeArray ids) {
    return program.callOne(arena, "chosen_rows", values, ids);
  }

  /**
   * The leading part of a matrix, the roots of its singular values in both factors.
   *
   * @param matrix [out, in]
   */
  public Factors leadingFactors(Arena arena, NativeArray matrix, int rank) {
    List<NativeArray> factors = program.call(arena, "leading_factors", matrix, rank);
    return new Factors(factors.get(0), factors.get(1));
  }

  /**
   * A low-rank matrix as a product.
   *
   * @param left [out, rank]; the entry of largest magnitude in each column is positive
   * @param right [rank, in]
   */
  public record Factors(NativeArray left, NativeArray right) {}

  /**
   * {@code matrix - left · right} [out, in].
   *
   * @param matrix [out, in]
   * @param left [out, rank]
   * @param right [rank, in]
   */
  public NativeArray minusProduct(
      Arena arena, NativeArray matrix, NativeArray left, NativeArray right) {
    return program.callOne(arena, "minus_product", matrix, left, right);
  }
}
