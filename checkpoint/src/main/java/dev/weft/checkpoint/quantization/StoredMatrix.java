package dev.weft.checkpoint.quantization;

import dev.weft.core.Digest;
import dev.weft.core.tensor.Tensor;
import java.util.OptionalLong;

/**
 * A frozen matrix {@code [out, in]} in the bytes it is held in: slices of a mapped file or what a
 * {@link QuantScheme} made. Immutable and safe for concurrent use. The engine knows some kinds by
 * heart and decodes every other row by row.
 *
 * <p>Every format stands for {@code scale(group) * (value(code) - zero(group))}; formats differ in
 * codes, groups, the coding of scales and zeros, and packing (quantization.md section 1).
 */
public interface StoredMatrix {

  /** Name of the format, such as {@code nf4-double}, {@code q4_k} or {@code gptq-int4-g128}. */
  String scheme();

  /** Rows: the width of what the linear layer gives. */
  int out();

  /** Columns: the width of what it takes. */
  int in();

  /** Bytes held for this matrix. */
  long bytes();

  /** Bits held per weight, scales and all. */
  default double bitsPerWeight() {
    return 8.0 * bytes() / ((double) out() * in());
  }

  /** Adds the format and every held byte. */
  void addTo(Digest.Builder digest);

  /**
   * Decodes some rows, row-major; float32 multiplications, additions and nothing else, so that
   * every machine gets the same bits.
   *
   * @param from first row
   * @param to the row after the last
   * @param target gets the values from its start; may be longer
   */
  void decodeRows(int from, int to, float[] target);

  /**
   * Index of the first value, row-major, that is no finite number. Formats that need not decode
   * everything to know say so faster.
   */
  default OptionalLong firstNotFinite() {
    int rows = Math.max(8, (1 << 14) / in() & ~7);
    float[] values = new float[Math.multiplyExact(Math.min(rows, out()), in())];
    for (int from = 0; from < out(); from += rows) {
      int to = Math.min(from + rows, out());
      decodeRows(from, to, values);
      for (int i = 0; i < (to - from) * in(); i++) {
        if (!Float.isFinite(values[i])) {
          return OptionalLong.of((long) from * in() + i);
        }
      }
    }
    return OptionalLong.empty();
  }

  /** All values; the reference that every other decoder must equal bit for bit. */
  default Tensor decode() {
    float[] values = new float[Math.multiplyExact(out(), in())];
    decodeRows(0, out(), values);
    return Tensor.of(values, out(), in());
  }
}
