package dev.weft.finetune.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import dev.weft.core.tensor.Tensor;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

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

  PtNDManager manager() {
    return manager;
  }

  private NativeArray create(Buffer values, DataType type, int... shape) {
    long[] dimensions = Arrays.stream(shape).asLongStream().toArray();
    return new NativeArray(manager.create(values, new Shape(dimensions), type));
  }

  /** Frees everything made here; closing twice is harmless. */
  @Override
  public void close() {
    manager.close();
  }
}
