package dev.weft.protocol.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.util.regex.Pattern;

/** Reads what somebody else wrote. */
final class Decoding {
  private static final int DEEPEST = 32;

  /** In characters. */
  static final int LONGEST_LINE = 4096;

  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u0085\\u2028\\u2029]");

  /** Makes a message of what was parsed; may refuse it by these exceptions. */
  @FunctionalInterface
  interface Meaning<W, M> {
    M of(W wire) throws IOException;
  }

  private Decoding() {}

  /**
   * @param who said it, for people
   * @throws WeftException if the bytes are no such message
   */
  static <W extends Message, M> M read(
      byte[] bytes, Parser<W> parser, String who, Meaning<W, M> meaning) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(bytes);
      in.setRecursionLimit(DEEPEST);
      W wire = parser.parseFrom(in, ExtensionRegistryLite.getEmptyRegistry());
      return meaning.of(wire);
    } catch (InvalidProtocolBufferException e) {
      throw malformed(who, "it is no protobuf of this protocol", e);
    } catch (IOException e) {
      throw malformed(who, "a part of it is damaged", e);
    } catch (IllegalArgumentException e) {
      throw malformed(who, e.getMessage(), e);
    }
  }

  /** A number of things. */
  static long count(String name, long number) {
    if (number < 0) {
      throw new IllegalArgumentException(name + ": must not be negative, got " + number);
    }
    return number;
  }

  /** A number of things that an {@code int} counts. */
  static int count(String name, int number) {
    return Math.toIntExact(count(name, (long) number));
  }

  /** One line for people, as somebody else wrote it; no longer than a person reads. */
  static String line(String text) {
    String cut = text.length() > LONGEST_LINE ? text.substring(0, LONGEST_LINE) : text;
    return CONTROL.matcher(cut).replaceAll(" ");
  }

  private static WeftException malformed(String who, String why, Exception e) {
    return new WeftException(
        Problem.MESSAGE_REFUSED,
        Text.format(
            "a message of %s cannot be read: %s; bring both sides to the same version of Weft",
            who, line(why)),
        e);
  }
}
