package dev.weft.privacy.secagg.message;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.privacy.keys.FieldReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Tells messages apart by the context that they begin with. */
final class Frames {
  private static final int MOST_CONTEXT_BYTES = 64;

  /** Room for the roster of the largest cohort in the suite with the largest keys. */
  static final int MOST_BYTES = 1 << 25;

  private Frames() {}

  /**
   * @param kinds readers by context
   * @throws WeftException if the bytes are none of these messages, or more than one
   */
  static <M> M decode(byte[] bytes, Map<String, FieldReader.Fields<? extends M>> kinds) {
    String context = context(bytes);
    FieldReader.Fields<? extends M> fields = kinds.get(context);
    if (fields == null || bytes.length > MOST_BYTES) {
      throw new WeftException(
          Problem.MESSAGE_REFUSED,
          Text.format(
              "%d bytes are no message of secure aggregation that is taken here; bring both sides"
                  + " to one version of Weft",
              bytes.length));
    }
    return FieldReader.read(
        bytes, context, Problem.MESSAGE_REFUSED, "a message of secure aggregation", fields::read);
  }

  private static String context(byte[] bytes) {
    ByteBuffer front = ByteBuffer.wrap(bytes);
    if (front.remaining() < Integer.BYTES) {
      return "";
    }
    int length = front.getInt();
    return length < 0 || length > Math.min(MOST_CONTEXT_BYTES, front.remaining())
        ? ""
        : new String(bytes, Integer.BYTES, length, StandardCharsets.UTF_8);
  }
}
