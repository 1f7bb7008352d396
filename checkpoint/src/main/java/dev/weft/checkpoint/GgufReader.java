package dev.weft.checkpoint;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.RandomAccess;

/**
 * Walks once through the head of a GGUF file. Whatever lengths it announces, the reader stays
 * inside its bytes, takes memory in proportion to what it has read and refuses in one sentence.
 */
final class GgufReader {
  private final ByteBuffer bytes;
  private final String source;

  GgufReader(ByteBuffer bytes, String source) {
    this.bytes = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    this.source = source;
  }

  /** Bytes read so far. */
  int position() {
    return bytes.position();
  }

  int int32() {
    need(Integer.BYTES);
    return bytes.getInt();
  }

  long int64() {
    need(Long.BYTES);
    return bytes.getLong();
  }

  /** How many of something follow; nothing may be reserved on its word. */
  long count() {
    long count = int64();
    if (count < 0) {
      throw malformed(Text.format("announces %s entries", Long.toUnsignedString(count)));
    }
    return count;
  }

  String string() {
    long length = int64();
    need(length);
    ByteBuffer text = bytes.slice(bytes.position(), (int) length);
    bytes.position(bytes.position() + (int) length);
    return StandardCharsets.UTF_8.decode(text).toString();
  }

  /** A string that may appear in messages. */
  String name() {
    String name = string();
    if (!PlainName.isPlain(name)) {
      throw malformed(Text.format("holds a name that is no plain text at byte %d", position()));
    }
    return name;
  }

  /**
   * A metadata value: {@code Long}, {@code Double}, {@code Boolean}, {@code String} or an immutable
   * list of one of them.
   */
  Object value() {
    GgufValueType type = type();
    return switch (type) {
      case STRING -> string();
      case ARRAY -> array();
      default -> {
        need(type.width());
        int position = bytes.position();
        bytes.position(position + type.width());
        yield type.read(bytes, position);
      }
    };
  }

  private List<?> array() {
    GgufValueType type = type();
    long length = int64();
    if (type == GgufValueType.ARRAY) {
      throw malformed("nests arrays in its metadata");
    }
    // Compared by division, as the product of an absurd length may overflow.
    int least = type == GgufValueType.STRING ? Long.BYTES : type.width();
    if (length < 0 || length > bytes.remaining() / least) {
      throw malformed(
          Text.format(
              "announces an array of %s values in the last %d bytes",
              Long.toUnsignedString(length), bytes.remaining()));
    }
    return type == GgufValueType.STRING ? strings((int) length) : numbers(type, (int) length);
  }

  private List<String> strings(int length) {
    List<String> strings = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      strings.add(string());
    }
    return Collections.unmodifiableList(strings);
  }

  /** Vocabularies have hundreds of thousands of numbers: they stay where they are in the file. */
  private List<Object> numbers(GgufValueType type, int length) {
    ByteBuffer content = bytes.slice(bytes.position(), length * type.width());
    content.order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(bytes.position() + content.capacity());
    return new Numbers(type, content, length);
  }

  private GgufValueType type() {
    int number = int32();
    return GgufValueType.of(number)
        .orElseThrow(
            () -> malformed(Text.format("holds a metadata value of the unknown type %d", number)));
  }

  /** What to throw: the file is the subject of the sentence. */
  WeftException malformed(String what) {
    return new WeftException(
        Problem.BAD_CHECKPOINT,
        Text.format("%s: %s; a complete GGUF file is needed, fetch it again", source, what));
  }

  private void need(long count) {
    if (count < 0 || count > bytes.remaining()) {
      throw malformed(
          Text.format(
              "is cut off: %s bytes are announced at byte %d, %d are there",
              Long.toUnsignedString(count), bytes.position(), bytes.remaining()));
    }
  }

  private static final class Numbers extends AbstractList<Object> implements RandomAccess {
    private final GgufValueType type;
    private final ByteBuffer content;
    private final int length;

    Numbers(GgufValueType type, ByteBuffer content, int length) {
      this.type = type;
      this.content = content;
      this.length = length;
    }

    @Override
    public Object get(int index) {
      return type.read(content, Math.multiplyExact(index, type.width()));
    }

    @Override
    public int size() {
      return length;
    }
  }
}
