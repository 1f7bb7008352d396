package dev.weft.core.tensor;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** How files store floating-point numbers, by their names in safetensors; float32 holds all. */
enum FloatType {
  F32(Float.BYTES) {
    @Override
    void read(ByteBuffer stored, float[] values, int from, int count) {
      stored.asFloatBuffer().get(values, from, count);
    }
  },

  /** IEEE 754 binary16. */
  F16(Short.BYTES) {
    @Override
    void read(ByteBuffer stored, float[] values, int from, int count) {
      for (int i = 0; i < count; i++) {
        values[from + i] = Float16.toFloat(stored.getShort(stored.position() + Short.BYTES * i));
      }
    }
  },

  /** The upper half of a float32. */
  BF16(Short.BYTES) {
    @Override
    void read(ByteBuffer stored, float[] values, int from, int count) {
      for (int i = 0; i < count; i++) {
        int upper = stored.getShort(stored.position() + Short.BYTES * i);
        values[from + i] = Float.intBitsToFloat(upper << Short.SIZE);
      }
    }
  };

  private final int bytes;

  FloatType(int bytes) {
    this.bytes = bytes;
  }

  static Optional<FloatType> of(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  /** Bytes of one number. */
  int bytes() {
    return bytes;
  }

  /** Reads so many numbers from where {@code stored} stands, without moving it; exact. */
  abstract void read(ByteBuffer stored, float[] values, int from, int count);
}
