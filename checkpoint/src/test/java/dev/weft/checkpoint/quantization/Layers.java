package dev.weft.checkpoint.quantization;

import dev.weft.checkpoint.ElementType;
import dev.weft.checkpoint.RawTensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Arrays of quantized layers that hold one value again and again. */
final class Layers {

  private Layers() {}

  /** A layer "p" [32, 64], or why there is none. */
  static StoredMatrix read(String config, RawTensor... tensors) {
    return read(config, 32, 64, tensors);
  }

  static StoredMatrix read(String config, int out, int in, RawTensor... tensors) {
    return QuantizedCheckpoint.of(MemoryCheckpoint.of(tensors), Declared.as(config))
        .linear("p", out, in);
  }

  /**
   * Words of one number; of three bits, 32 numbers lie in three words.
   *
   * @param axis along which numbers follow each other
   */
  static RawTensor words(String name, int bits, int number, int axis, Integer... shape) {
    ByteBuffer bytes = Memory.bytes(ElementType.I32.bytes(List.of(shape)));
    for (int word = 0; word < bytes.capacity() / Integer.BYTES; word++) {
      int place = axis == 0 ? word / shape[1] : word % shape[1];
      int value = 0;
      for (int bit = 0; bit < Integer.SIZE; bit++) {
        value |= (number >> ((place * Integer.SIZE + bit) % bits) & 1) << bit;
      }
      bytes.putInt(Integer.BYTES * word, value);
    }
    return new RawTensor(name, ElementType.I32, List.of(shape), bytes);
  }

  /** An array of one byte. */
  static RawTensor plain(String name, ElementType type, int value, Integer... shape) {
    byte[] bytes = new byte[(int) type.bytes(List.of(shape))];
    Arrays.fill(bytes, (byte) value);
    return new RawTensor(name, type, List.of(shape), Memory.bytes(bytes.length).put(bytes).flip());
  }

  /** 0.5 everywhere, as float16. */
  static RawTensor halves(String name, Integer... shape) {
    int count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    ByteBuffer bytes = Memory.bytes((long) Short.BYTES * count);
    for (int i = 0; i < count; i++) {
      bytes.putShort(Short.BYTES * i, (short) 0x3800);
    }
    return new RawTensor(name, ElementType.F16, List.of(shape), bytes);
  }

  /** Whole numbers as tools save them; one of them has no dimension. */
  static RawTensor numbers(String name, long... numbers) {
    ByteBuffer bytes = Memory.bytes((long) Long.BYTES * numbers.length);
    bytes.asLongBuffer().put(numbers);
    List<Integer> shape = numbers.length == 1 ? List.of() : List.of(numbers.length);
    return new RawTensor(name, ElementType.I64, shape, bytes);
  }
}
