package dev.weft.privacy.keys;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.function.BiConsumer;

/**
 * Writes fields one after the other so that they can be taken apart in one way only: {@code LP(x) =
 * u32 length ‖ x}, integers big-endian, texts in UTF-8 (privacy.md 1.3). What is signed begins with
 * {@code LP(context)}, so that a signature over one kind of statement never fits another kind.
 */
public final class FieldWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Begins with {@code LP(context)}, such as {@code weft/v1/envelope}. */
  public FieldWriter(String context) {
    text(context);
  }

  public FieldWriter bytes(byte[] field) {
    count(field.length);
    out.writeBytes(field);
    return this;
  }

  public FieldWriter bytes(Bytes field) {
    return bytes(field.toArray());
  }

  /** Bytes without their length, which both sides know. */
  public FieldWriter fixed(byte[] field) {
    out.writeBytes(field);
    return this;
  }

  /** Bytes without their length, which both sides know. */
  public FieldWriter fixed(Bytes field) {
    return fixed(field.toArray());
  }

  public FieldWriter text(String field) {
    return bytes(field.getBytes(StandardCharsets.UTF_8));
  }

  /** Eight bytes. */
  public FieldWriter number(long field) {
    out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(0, field).array());
    return this;
  }

  /** Four bytes; a length, or the number of what follows. */
  public FieldWriter count(int field) {
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(0, field).array());
    return this;
  }

  /** The number of elements, then each. */
  public <T> FieldWriter list(Collection<T> elements, BiConsumer<FieldWriter, T> each) {
    count(elements.size());
    elements.forEach(element -> each.accept(this, element));
    return this;
  }

  public byte[] toArray() {
    return out.toByteArray();
  }
}
