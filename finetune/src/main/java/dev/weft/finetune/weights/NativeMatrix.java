package dev.weft.finetune.weights;

import dev.weft.checkpoint.quantization.CodebookMatrix;
import dev.weft.checkpoint.quantization.PlainMatrix;
import dev.weft.checkpoint.quantization.StoredMatrix;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;

/** A frozen matrix {@code [out, in]} that the engine decodes when it is used. Thread-safe. */
public interface NativeMatrix {

  int out();

  int in();

  /**
   * A stored matrix made usable, still in its held bytes. What has no kernel of its own is decoded
   * row by row.
   *
   * @param owner the arena that whatever is needed natively lives in
   * @param kernels with {@code quantization.py}
   */
  static NativeMatrix of(StoredMatrix stored, Arena owner, Kernels kernels) {
    if (stored instanceof PlainMatrix plain) {
      return switch (plain.elements().type()) {
        case F32 -> NativeFloats.of(plain, owner, kernels);
        case F16 -> NativeHalves.of(plain, 5, owner, kernels);
        case BF16 -> NativeHalves.of(plain, 15, owner, kernels);
        default -> new RowDecoded(stored, kernels);
      };
    }
    if (stored instanceof CodebookMatrix codebook && NativeCodebookMatrix.takes(codebook)) {
      return NativeCodebookMatrix.of(codebook, owner, kernels);
    }
    return new RowDecoded(stored, kernels);
  }

  /**
   * A matrix of float32 values.
   *
   * @param values [out, in]; used where they lie
   */
  static NativeMatrix dense(NativeArray values, Kernels kernels) {
    return new NativeFloats(values.shape()[0], values.shape()[1], values, kernels);
  }

  /** Whether {@link #decode} gives what is held, and no copy of it. */
  default boolean dense() {
    return false;
  }

  /** The dense float32 values [out, in], living in {@code arena}; not to be written to. */
  default NativeArray decode(Arena arena) {
    NativeArray values = arena.room(out(), in());
    decodeInto(values);
    return values;
  }

  /**
   * Decodes into memory that is used again and again, which saves asking the system for pages.
   *
   * @param target contiguous float32 [out, in]
   */
  void decodeInto(NativeArray target);

  /**
   * Some consecutive rows, float32 [to - from, in].
   *
   * @param from first row
   * @param to the row after the last
   */
  NativeArray rows(Arena arena, int from, int to);

  /**
   * The rows of these numbers, float32 [number of ids, in], as a token table is read.
   *
   * @param ids int64 of any shape
   */
  NativeArray rows(Arena arena, NativeArray ids);
}
