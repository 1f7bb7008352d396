package dev.weft.finetune.weights;

import dev.weft.checkpoint.quantization.PlainMatrix;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import java.nio.ByteBuffer;

/**
 * float32 weights used where they lie, such as in the mapped file.
 *
 * @param values float32 [out, in]
 */
record NativeFloats(int out, int in, NativeArray values, Kernels kernels) implements NativeMatrix {

  static NativeFloats of(PlainMatrix matrix, Arena owner, Kernels kernels) {
    ByteBuffer floats = OutsideHeap.bytes(matrix.elements().stored(), Float.BYTES);
    NativeArray values = owner.viewFloats(floats, matrix.out(), matrix.in());
    return new NativeFloats(matrix.out(), matrix.in(), values, kernels);
  }

  @Override
  public boolean dense() {
    return true;
  }

  @Override
  public NativeArray decode(Arena arena) {
    return values;
  }

  @Override
  public void decodeInto(NativeArray target) {
    try (Arena scratch = Arena.open()) {
      kernels.quantization().copyInto(scratch, target, values);
    }
  }

  @Override
  public NativeArray rows(Arena arena, int from, int to) {
    return kernels.quantization().consecutiveRows(arena, values, from, to);
  }

  @Override
  public NativeArray rows(Arena arena, NativeArray ids) {
    return kernels.quantization().chosenRows(arena, values, ids);
  }
}
