package dev.weft.privacy.keys;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what {@link FieldWriter} wrote. Every length is compared with its limit and with what is
 * left before anything is allocated; nothing may follow the last field.
 */
public final class FieldReader {
  private static final int MOST_CONTEXT_BYTES = 64;

  private final ByteBuffer left;

  private FieldReader(byte[] bytes) {
    this.left = ByteBuffer.wrap(bytes);
  }

  /** Takes the fields of one kind of statement. */
  @FunctionalInterface
  public interface Fields<T> {
    T read(FieldReader reader);
  }

  /**
   * The statement in {@code bytes}, which begins with {@code LP(context)} and holds nothing else.
   *
   * @param what names the bytes in the sentence, such as {@code the request}
   * @throws WeftException of this problem where the bytes are anything else
   */
  public static <T> T read(
      byte[] bytes, String context, Problem problem, String what, Fields<T> fields) {
    try {
      FieldReader reader = new FieldReader(bytes);
      if (!reader.text(MOST_CONTEXT_BYTES).equals(context)) {
        throw new IllegalArgumentException("it is no " + context);
      }
      T statement = fields.read(reader);
      if (reader.left.hasRemaining()) {
        throw new IllegalArgumentException(
            Text.format("%d bytes follow its end", reader.left.remaining()));
      }
      return statement;
    } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
      throw new WeftException(
          problem,
          Text.format("%s cannot be read: %s; send it again, whole", what, e.getMessage()),
          e);
    }
  }

  /** A field of at most this many bytes. */
  public byte[] bytes(int most) {
    byte[] field = new byte[count(most)];
    left.get(field);
    return field;
  }

  /** A field of this many bytes, written without its length. */
  public Bytes fixed(int length) {
    require(length);
    byte[] field = new byte[length];
    left.get(field);
    return Bytes.of(field);
  }

  /** Four bytes: an integer that is no length, between {@code least} and {@code most}. */
  public int integer(int least, int most) {
    require(Integer.BYTES);
    int field = left.getInt();
    if (field < least || field > most) {
      throw new IllegalArgumentException(
          Text.format("a number of %d, where %d to %d may be", field, least, most));
    }
    return field;
  }

  /** A text of at most this many bytes. */
  public String text(int most) {
    byte[] field = bytes(most);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(field)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("a text is not UTF-8", e);
    }
  }

  public long number() {
    require(Long.BYTES);
    return left.getLong();
  }

  /** A length or number between 0 and {@code most}, and never more than bytes are left. */
  public int count(int most) {
    require(Integer.BYTES);
    int count = left.getInt();
    if (count < 0 || count > most) {
      throw new IllegalArgumentException(
          Text.format(
              "a length of %s, where at most %d may be", Integer.toUnsignedString(count), most));
    }
    require(count);
    return count;
  }

  /** At most this many elements, each read in the same way; an element has at least one byte. */
  public <T> List<T> list(int most, Fields<T> each) {
    int size = count(most);
    List<T> elements = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      elements.add(each.read(this));
    }
    return List.copyOf(elements);
  }

  private void require(int bytes) {
    if (left.remaining() < bytes) {
      throw new IllegalArgumentException("it is cut short");
    }
  }
}
