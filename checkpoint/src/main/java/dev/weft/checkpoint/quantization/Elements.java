package dev.weft.checkpoint.quantization;

import dev.weft.checkpoint.ElementType;
import dev.weft.checkpoint.RawTensor;
import dev.weft.core.Digest;
import dev.weft.core.tensor.Float16;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.OptionalInt;

/** Numbers stored one by one, whatever their type, read as float32. */
public final class Elements implements GroupValues {
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

  public ElementType type() {
    return type;
  }

  /** How many there are. */
  public int count() {
    return stored.remaining() / type.blockBytes();
  }

  /** All of them. */
  float[] values() {
    float[] values = new float[count()];
    read(0, values.length, values);
    return values;
  }

  /** Where the first number is that is not finite; what has no exponent is not looked through. */
  OptionalInt firstNotFinite() {
    return switch (type) {
      case F32 -> firstFullExponent(Float.BYTES, 0x7F80_0000_7F80_0000L);
      case F16 -> firstFullExponent(Short.BYTES, 0x7C00_7C00_7C00_7C00L);
      case BF16 -> firstFullExponent(Short.BYTES, 0x7F80_7F80_7F80_7F80L);
      case F8_E4M3, F8_E5M2 -> firstNotFinite(0, count());
      default -> OptionalInt.empty();
    };
  }

  /**
   * Looks at eight bytes at a time: a number is not finite where all bits of its exponent are set.
   *
   * @param exponents the bits of the exponents of as many numbers as eight bytes hold
   */
  private OptionalInt firstFullExponent(int width, long exponents) {
    int perWord = Long.BYTES / width;
    long lowest = width == Float.BYTES ? 0x0000_0001_0000_0001L : 0x0001_0001_0001_0001L;
    long highest = lowest << (Byte.SIZE * width - 1);
    LongBuffer words = stored.asLongBuffer();
    int whole = words.remaining();
    for (int word = 0; word < whole; word++) {
      long missing = ~words.get(word) & exponents;
      // The highest bit of a number's place is set where nothing is missing there.
      if (((missing - lowest) & ~missing & highest) != 0) {
        OptionalInt found = firstNotFinite(word * perWord, (word + 1) * perWord);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return firstNotFinite(whole * perWord, count());
  }

  private OptionalInt firstNotFinite(int from, int to) {
    for (int i = from; i < to; i++) {
      if (!Float.isFinite(at(i))) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /** The held bytes, little-endian. */
  public ByteBuffer stored() {
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
