package dev.weft.finetune.quantization;

import dev.weft.core.Digest;
import dev.weft.core.tensor.Float16;
import dev.weft.finetune.checkpoint.ElementType;
import dev.weft.finetune.checkpoint.RawTensor;
import java.nio.ByteBuffer;

/** Numbers stored one by one, whatever their type, read as float32. */
final class Elements implements GroupValues {
  private static final float[] E4M3 = SmallFloats.e4m3();
  private static final float[] E5M2 = SmallFloats.e5m2();
  private static final float[] SIGNED = new float[256];
  private static final float[] UNSIGNED = new float[256];

  static {
    for (int code = 0; code < 256; code++) {
      SIGNED[code] = (byte) code;
      UNSIGNED[code] = code;
    }
  }

  private final ElementType type;
  private final ByteBuffer stored;

  /**
   * @param stored little-endian
   * @throws IllegalArgumentException if the type is no plain number of at most 32 bits
   */
  Elements(ElementType type, ByteBuffer stored) {
    this.type = type;
    this.stored = stored;
    switch (type) {
      case F32, F16, BF16, F8_E4M3, F8_E5M2, I8, U8 -> {}
      default -> throw new IllegalArgumentException("type: " + type + " is not plain");
    }
  }

  Elements(RawTensor tensor) {
    this(tensor.type(), tensor.bytes());
  }

  /** float32 values, outside the heap as a mapped file's are. */
  static Elements of(float... values) {
    ByteBuffer bytes = Memory.bytes((long) Float.BYTES * values.length);
    bytes.asFloatBuffer().put(values);
    return new Elements(ElementType.F32, bytes);
  }

  ElementType type() {
    return type;
  }

  /** How many there are. */
  int count() {
    return stored.remaining() / type.blockBytes();
  }

  /** All of them. */
  float[] values() {
    float[] values = new float[count()];
    read(0, values.length, values);
    return values;
  }

  /** The held bytes. */
  ByteBuffer stored() {
    return stored.duplicate().order(stored.order());
  }

  @Override
  public float at(int index) {
    return switch (type) {
      case F32 -> stored.getFloat(Float.BYTES * index);
      case F16 -> Float16.toFloat(stored.getShort(Short.BYTES * index));
      case BF16 -> SmallFloats.bfloat(stored.getShort(Short.BYTES * index));
      default -> table()[stored.get(index) & 0xFF];
    };
  }

  /** Copies {@code count} numbers to the start of {@code target}. */
  void read(int from, int count, float[] target) {
    switch (type) {
      case F32 -> stored.asFloatBuffer().get(from, target, 0, count);
      case F16 -> {
        short[] bits = new short[count];
        stored.asShortBuffer().get(from, bits);
        for (int i = 0; i < count; i++) {
          target[i] = Float16.toFloat(bits[i]);
        }
      }
      case BF16 -> {
        short[] bits = new short[count];
        stored.asShortBuffer().get(from, bits);
        for (int i = 0; i < count; i++) {
          target[i] = SmallFloats.bfloat(bits[i]);
        }
      }
      default -> {
        byte[] codes = new byte[count];
        stored.get(from, codes);
        float[] values = table();
        for (int i = 0; i < count; i++) {
          target[i] = values[codes[i] & 0xFF];
        }
      }
    }
  }

  private float[] table() {
    return switch (type) {
      case F8_E4M3 -> E4M3;
      case F8_E5M2 -> E5M2;
      case I8 -> SIGNED;
      default -> UNSIGNED;
    };
  }

  @Override
  public long bytes() {
    return stored.remaining();
  }

  @Override
  public void addTo(Digest.Builder digest) {
    digest.add(stored);
  }
}
