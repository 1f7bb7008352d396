package dev.weft.checkpoint;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks the fields of one protobuf message without generated code. Never reads beyond its bytes and
 * never allocates more than they hold; anything else is a {@link WeftException}.
 */
final class ProtobufReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int DELIMITED = 2;
  private static final int FIXED32 = 5;
  private static final int LONGEST_VARINT = 10;

  private final ByteBuffer bytes;
  private final String source;
  private int field;
  private int wireType;

  ProtobufReader(ByteBuffer bytes, String source) {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    this.source = source;
  }

  /** Moves to the next field; false at the end of the message. */
  boolean next() {
    if (!bytes.hasRemaining()) {
      return false;
    }
    long tag = readVarint();
    field = (int) (tag >>> 3);
    wireType = (int) (tag & 7);
    return true;
  }

  /** Number of the current field. */
  int field() {
    return field;
  }

  long varint() {
    expect(VARINT);
    return readVarint();
  }

  /** A repeated integer field, one element of it or all packed. */
  List<Long> varints() {
    if (wireType == VARINT) {
      return List.of(readVarint());
    }
    ProtobufReader packed = message();
    List<Long> values = new ArrayList<>();
    while (packed.bytes.hasRemaining()) {
      values.add(packed.readVarint());
    }
    return values;
  }

  ProtobufReader message() {
    return new ProtobufReader(bytes(), source);
  }

  String string() {
    return StandardCharsets.UTF_8.decode(bytes()).toString();
  }

  /** The current field's content, little-endian. */
  ByteBuffer bytes() {
    expect(DELIMITED);
    long length = readVarint();
    if (length < 0 || length > bytes.remaining()) {
      throw malformed(Text.format("a field of %d bytes does not fit", length));
    }
    ByteBuffer content = bytes.slice(bytes.position(), (int) length);
    bytes.position(bytes.position() + (int) length);
    return content.order(ByteOrder.LITTLE_ENDIAN);
  }

  void skip() {
    switch (wireType) {
      case VARINT -> readVarint();
      case FIXED64 -> advance(Long.BYTES);
      case DELIMITED -> bytes();
      case FIXED32 -> advance(Integer.BYTES);
      default -> throw malformed(Text.format("wire type %d does not exist", wireType));
    }
  }

  WeftException malformed(String what) {
    return new WeftException(
        Problem.BAD_CHECKPOINT,
        Text.format("%s: is not a readable ONNX model, %s; fetch the file again", source, what));
  }

  private void expect(int type) {
    if (wireType != type) {
      throw malformed(Text.format("field %d has the wire type %d", field, wireType));
    }
  }

  private void advance(int count) {
    if (count > bytes.remaining()) {
      throw malformed("the file is truncated");
    }
    bytes.position(bytes.position() + count);
  }

  private long readVarint() {
    long value = 0;
    for (int i = 0; i < LONGEST_VARINT; i++) {
      if (!bytes.hasRemaining()) {
        throw malformed("the file is truncated");
      }
      byte next = bytes.get();
      value |= (long) (next & 0x7F) << (7 * i);
      if (next >= 0) {
        return value;
      }
    }
    throw malformed("an integer has more than ten bytes");
  }
}
