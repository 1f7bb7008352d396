package dev.weft.core.tensor;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** How files store floating-point numbers, by their names in safetensors; float32 holds all. */
enum FloatType {
  F32(Float.BYTES) {
    @Override
    void read(ByteBuffer stored, float[] values) {
      stored.asFloatBuffer().get(values);
    }
  },

  /** IEEE 754 binary16. */
  F16(Short.BYTES) {
    @Override
    void read(ByteBuffer stored, float[] values) {
      for (int i = 0; i < values.length; i++) {
        values[i] = Float16.toFloat(stored.getShort(stored.position() + Short.BYTES * i));
      }
    }
  },

  /** The upper half of a float32. */
  BF16(Short.BYTES) {
    @Override
    void read(ByteBuffer stored, float[] values) {
      for (int i = 0; i < values.length; i++) {
        int upper = stored.getShort(stored.position() + Short.BYTES * i);
        values[i] = Float.intBitsToFloat(upper << Short.SIZE);
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

  /** Fills {@code values} from where {@code stored} stands, without moving it; exact. */
  abstract void read(ByteBuffer stored, float[] values);
}
