package dev.weft.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes the few parts of an ONNX file that tests need. */
final class OnnxBytes {
  private OnnxBytes() {}

  static byte[] model(byte[] tensor, byte[]... nodes) {
    byte[] operators = new byte[0];
    for (byte[] node : nodes) {
      operators = concat(operators, field(1, node));
    }
    return field(7, concat(operators, field(5, tensor)));
  }

  /** Initializer {@code w} of {@code count} float32 values 0, 1, 2, … */
  static byte[] tensor(int rows, int columns, int count) {
    ByteBuffer raw = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      raw.putFloat(i);
    }
    return concat(
        varintField(1, rows),
        varintField(1, columns),
        varintField(2, 1),
        field(8, utf8("w")),
        field(9, raw.array()));
  }

  static byte[] node(String operator, String name) {
    return concat(
        field(1, utf8("x")), field(1, utf8("w")), field(3, utf8(name)), field(4, utf8(operator)));
  }

  static byte[] varintField(int number, int value) {
    return new byte[] {(byte) (number << 3), (byte) value};
  }

  static byte[] field(int number, byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write((number << 3) | 2);
    for (int rest = content.length; ; rest >>>= 7) {
      if (rest < 128) {
        bytes.write(rest);
        break;
      }
      bytes.write((rest & 127) | 128);
    }
    bytes.writeBytes(content);
    return bytes.toByteArray();
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
