package dev.weft.finetune.weights;

import dev.weft.checkpoint.quantization.CodebookMatrix;
import dev.weft.checkpoint.quantization.Elements;
import dev.weft.checkpoint.quantization.GroupValues;
import dev.weft.checkpoint.quantization.NestedScales;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import java.nio.ByteBuffer;

/**
 * Decodes a {@link CodebookMatrix} by a table of the 256 possible bytes, each two floats: about
 * half a nanosecond per weight, where a loop over codes takes more than one.
 *
 * @param codes uint8, where the stored matrix has them
 * @param pairs complex64 [256]
 * @param scales float32, one per block
 */
record NativeCodebookMatrix(
    CodebookMatrix matrix, Kernels kernels, NativeArray codes, NativeArray pairs, Scales scales)
    implements NativeMatrix {

  /** The block scales in native memory, made when asked for if they are held as codes. */
  private interface Scales {
    NativeArray in(Arena arena);
  }

  /** Only whole blocks, and whole bytes of them. */
  static boolean takes(CodebookMatrix matrix) {
    return (long) matrix.out() * matrix.in() % matrix.block() == 0 && matrix.block() % 2 == 0;
  }

  static NativeCodebookMatrix of(CodebookMatrix matrix, Arena owner, Kernels kernels) {
    return new NativeCodebookMatrix(
        matrix,
        kernels,
        view(owner, matrix.codes()),
        kernels.quantization().byteTable(owner, owner.floats(pairTable(matrix.table()), 256, 2)),
        scales(matrix.scales(), owner, kernels));
  }

  private static Scales scales(GroupValues scales, Arena owner, Kernels kernels) {
    if (scales instanceof NestedScales nested) {
      NativeArray codes = view(owner, nested.codes());
      NativeArray map = view(owner, nested.map());
      NativeArray absmax = view(owner, nested.absmax());
      return arena ->
          kernels
              .quantization()
              .nestedScales(arena, codes, map, absmax, nested.block(), nested.mean());
    }
    NativeArray uploaded = view(owner, (Elements) scales);
    return arena -> uploaded;
  }

  private static NativeArray view(Arena owner, ByteBuffer codes) {
    return owner.view(OutsideHeap.bytes(codes, 1), codes.remaining());
  }

  private static NativeArray view(Arena owner, Elements elements) {
    return owner.viewFloats(OutsideHeap.bytes(elements.stored(), Float.BYTES), elements.count());
  }

  /** The two values of every possible byte. */
  private static float[] pairTable(Elements table) {
    float[] pairs = new float[512];
    for (int i = 0; i < 256; i++) {
      pairs[2 * i] = table.at(i >> 4);
      pairs[2 * i + 1] = table.at(i & 0xF);
    }
    return pairs;
  }

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
    try (Arena scratch = Arena.open()) {
      kernels
          .quantization()
          .decodeBytes(scratch, target, codes, pairs, scales.in(scratch), matrix.block());
    }
  }

  @Override
  public NativeArray rows(Arena arena, int from, int to) {
    return new RowDecoded(matrix, kernels).rows(arena, from, to);
  }

  @Override
  public NativeArray rows(Arena arena, NativeArray ids) {
    return new RowDecoded(matrix, kernels).rows(arena, ids);
  }
}
