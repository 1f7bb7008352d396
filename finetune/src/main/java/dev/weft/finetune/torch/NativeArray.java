package dev.weft.finetune.torch;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import dev.weft.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** An array in native memory; it lives as long as the {@link Arena} it was made in. */
public final class NativeArray {
  private final PtNDArray array;

  NativeArray(PtNDArray array) {
    this.array = array;
  }

  PtNDArray array() {
    return array;
  }

  /** Frees the array before its arena closes. */
  public void close() {
    array.close();
  }

  /** A copy of a float32 array. */
  public Tensor toTensor() {
    return Tensor.of(array.toFloatArray(), shape());
  }

  /** A copy of a float32 array's values, row-major. */
  public float[] toFloats() {
    return array.toFloatArray();
  }

  /** A copy of an int64 array's values, row-major. */
  public long[] toLongs() {
    return array.toLongArray();
  }

  /**
   * The memory itself, in the machine's byte order, valid as long as the array is; empty where Java
   * cannot reach it, as on a GPU.
   */
  public Optional<ByteBuffer> memory() {
    return array.getDevice().isGpu()
        ? Optional.empty()
        : Optional.of(array.toByteBuffer(true).order(ByteOrder.nativeOrder()));
  }

  public int[] shape() {
    Shape shape = array.getShape();
    int[] dimensions = new int[shape.dimension()];
    for (int axis = 0; axis < dimensions.length; axis++) {
      dimensions[axis] = Math.toIntExact(shape.get(axis));
    }
    return dimensions;
  }

  @Override
  public String toString() {
    return "NativeArray" + array.getShape();
  }
}
