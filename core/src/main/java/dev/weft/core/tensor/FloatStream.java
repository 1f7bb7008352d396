package dev.weft.core.tensor;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Little-endian numbers between streams and arrays, block by block. */
final class FloatStream {
  private static final int BLOCK = 1 << 14;

  private FloatStream() {}

  /** Writes float32 values. */
  static void write(FloatBuffer values, OutputStream out) throws IOException {
    byte[] block = block(values.capacity(), Float.BYTES);
    ByteBuffer numbers = littleEndian(block);
    int size = block.length / Float.BYTES;
    for (int from = 0; from < values.capacity(); from += size) {
      int count = Math.min(size, values.capacity() - from);
      numbers.asFloatBuffer().put(0, values, from, count);
      out.write(block, 0, Float.BYTES * count);
    }
  }

  /**
   * Reads so many values.
   *
   * @throws EOFException if the stream holds fewer
   */
  static float[] read(InputStream in, FloatType type, int count) throws IOException {
    float[] values = new float[count];
    byte[] block = block(count, type.bytes());
    ByteBuffer numbers = littleEndian(block);
    int size = block.length / type.bytes();
    for (int from = 0; from < count; from += size) {
      int next = Math.min(size, count - from);
      if (in.readNBytes(block, 0, type.bytes() * next) < type.bytes() * next) {
        throw new EOFException("ends within its values");
      }
      type.read(numbers, values, from, next);
    }
    return values;
  }

  private static byte[] block(int count, int bytes) {
    return new byte[bytes * Math.min(BLOCK, Math.max(1, count))];
  }

  private static ByteBuffer littleEndian(byte[] block) {
    return ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
  }
}
