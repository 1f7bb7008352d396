package dev.weft.checkpoint;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** The types of GGUF metadata values, each with its number in the file. */
enum GgufValueType {
  UINT8(0, 1),
  INT8(1, 1),
  UINT16(2, 2),
  INT16(3, 2),
  UINT32(4, 4),
  INT32(5, 4),
  FLOAT32(6, 4),
  BOOL(7, 1),
  STRING(8, 0),
  ARRAY(9, 0),
  UINT64(10, 8),
  INT64(11, 8),
  FLOAT64(12, 8);

  private final int number;
  private final int width;

  GgufValueType(int number, int width) {
    this.number = number;
    this.width = width;
  }

  static Optional<GgufValueType> of(int number) {
    return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
  }

  int number() {
    return number;
  }

  /** Bytes of a value; 0 where values differ in length. */
  int width() {
    return width;
  }

  /** A value of fixed width as a {@code Long}, {@code Double} or {@code Boolean}. */
  Object read(ByteBuffer bytes, int position) {
    return switch (this) {
      case UINT8 -> (long) Byte.toUnsignedInt(bytes.get(position));
      case INT8 -> (long) bytes.get(position);
      case UINT16 -> (long) Short.toUnsignedInt(bytes.getShort(position));
      case INT16 -> (long) bytes.getShort(position);
      case UINT32 -> Integer.toUnsignedLong(bytes.getInt(position));
      case INT32 -> (long) bytes.getInt(position);
      case UINT64, INT64 -> bytes.getLong(position);
      case FLOAT32 -> (double) bytes.getFloat(position);
      case FLOAT64 -> bytes.getDouble(position);
      case BOOL -> bytes.get(position) != 0;
      case STRING, ARRAY -> throw new IllegalArgumentException(this + " has no fixed width");
    };
  }
}
