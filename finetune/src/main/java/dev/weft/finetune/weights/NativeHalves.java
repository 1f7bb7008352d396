package dev.weft.finetune.weights;

import dev.weft.checkpoint.quantization.PlainMatrix;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import java.nio.ByteBuffer;

/**
 * float16 or bfloat16 weights, widened by libtorch when they are used.
 *
 * @param bytes uint8 [out, 2 in], where the stored matrix has them
 * @param torchType libtorch's number for their type
 */
record NativeHalves(int out, int in, NativeArray bytes, int torchType, Kernels kernels)
    implements NativeMatrix {

  static NativeHalves of(PlainMatrix matrix, int torchType, Arena owner, Kernels kernels) {
    ByteBuffer halves = OutsideHeap.bytes(matrix.elements().stored(), Short.BYTES);
    NativeArray bytes = owner.view(halves, matrix.out(), Short.BYTES * matrix.in());
    return new NativeHalves(matrix.out(), matrix.in(), bytes, torchType, kernels);
  }

  @Override
  public void decodeInto(NativeArray target) {
    try (Arena scratch = Arena.open()) {
      kernels.quantization().widenInto(scratch, target, bytes, torchType);
    }
  }

  @Override
  public NativeArray rows(Arena arena, int from, int to) {
    try (Arena scratch = Arena.open()) {
      NativeArray some = kernels.quantization().consecutiveRows(scratch, bytes, from, to);
      return kernels.quantization().widen(arena, some, torchType);
    }
  }

  @Override
  public NativeArray rows(Arena arena, NativeArray ids) {
    try (Arena scratch = Arena.open()) {
      NativeArray some = kernels.quantization().chosenRows(scratch, bytes, ids);
      return kernels.quantization().widen(arena, some, torchType);
    }
  }
}
