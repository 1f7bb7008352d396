package dev.weft.finetune.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.weft.core.tensor.Tensor;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/** Native memory of one piece of work: everything made in it is freed when it closes. */
public final class Arena implements AutoCloseable {
  private final PtNDManager manager;

  private Arena(PtNDManager manager) {
    this.manager = manager;
  }

  public static Arena open() {
    return new Arena(Torch.newManager());
  }

  /** An arena that closes before this one, or with it. */
  public Arena child() {
    return new Arena((PtNDManager) manager.newSubManager());
  }

  public NativeArray floats(Tensor tensor) {
    return create(tensor.buffer(), DataType.FLOAT32, tensor.shapeArray());
  }

  public NativeArray floats(float[] values, int... shape) {
    return create(FloatBuffer.wrap(values), DataType.FLOAT32, shape);
  }

  public NativeArray longs(long[] values, int... shape) {
    return create(LongBuffer.wrap(values), DataType.INT64, shape);
  }

  /** Unsigned 8-bit values. */
  public NativeArray bytes(byte[] values) {
    return create(ByteBuffer.wrap(values), DataType.UINT8, values.length);
  }

  /**
   * A view of bytes that stay where they are, outside the heap: unsigned 8-bit values. The view
   * keeps the buffer alive and must not be written to. A device with memory of its own gets a copy.
   *
   * @param direct such as a slice of a memory-mapped file
   */
  public NativeArray view(ByteBuffer direct, int... shape) {
    return view(direct, DataType.UINT8, shape);
  }

  /** A view of float32 values, as {@link #view}; their address must be a multiple of 4. */
  public NativeArray viewFloats(ByteBuffer direct, int... shape) {
    return view(direct, DataType.FLOAT32, shape);
  }

  /** Room for float32 values, not yet set to anything. */
  public NativeArray room(int... shape) {
    return new NativeArray(
        JniUtils.createEmptyNdArray(
            manager,
            nativeShape(shape),
            DataType.FLOAT32,
            manager.getDevice(),
            SparseFormat.DENSE));
  }

  /** Float32 values that are written one after the other, where they are to be if Java can. */
  public NativeArray written(Consumer<FloatBuffer> writer, int... shape) {
    NativeArray values = room(shape);
    Optional<ByteBuffer> memory = values.memory();
    if (memory.isPresent()) {
      writer.accept(memory.get().asFloatBuffer());
      return values;
    }
    values.close();
    return copied(writer, shape);
  }

  /** Float32 values that are written beside the device's memory and brought there. */
  NativeArray copied(Consumer<FloatBuffer> writer, int... shape) {
    int count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    ByteBuffer host =
        ByteBuffer.allocateDirect(Math.multiplyExact(Float.BYTES, count))
            .order(ByteOrder.nativeOrder());
    writer.accept(host.asFloatBuffer());
    return viewFloats(host, shape);
  }

  /** An array of its own with the same values. */
  public NativeArray copy(NativeArray array) {
    return floats(array.toTensor());
  }

  /** Lets an array live as long as this arena instead of the one it was made in. */
  public NativeArray adopt(NativeArray array) {
    array.array().attach(manager);
    return array;
  }

  PtNDManager manager() {
    return manager;
  }

  private NativeArray create(Buffer values, DataType type, int... shape) {
    return new NativeArray(manager.create(values, nativeShape(shape), type));
  }

  private NativeArray view(ByteBuffer direct, DataType type, int... shape) {
    if (!direct.isDirect()) {
      throw new IllegalArgumentException("direct: must lie outside the heap");
    }
    return create(direct.slice(), type, shape);
  }

  private static Shape nativeShape(int... shape) {
    return new Shape(Arrays.stream(shape).asLongStream().toArray());
  }

  /** Frees everything made here; closing twice is harmless. */
  @Override
  public void close() {
    manager.close();
  }
}
