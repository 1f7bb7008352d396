package dev.weft.core.artifact;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The 16 bytes before numbers whose names and shapes both sides know, little-endian: {@code "WF"},
 * version, kind, bits per number, rank as three bytes, how many numbers follow as eight.
 *
 * @param kind a letter for what the numbers are
 * @param bits per number; the last byte is filled up
 * @param rank 0 where a rank has no meaning
 */
public record Header(char kind, int bits, int rank, long numbers) {
  public static final int BYTES = 16;

  private static final short MAGIC = 0x4657; // "WF"
  private static final byte VERSION = 3;
  private static final int LARGEST_RANK = (1 << 24) - 1;

  public Header {
    if (bits < 1 || bits > Long.SIZE) {
      throw new IllegalArgumentException("bits: must be between 1 and 64, got " + bits);
    }
    if (rank < 0 || rank > LARGEST_RANK) {
      throw new IllegalArgumentException(
          Text.format("rank: must be between 0 and %d, got %d", LARGEST_RANK, rank));
    }
    if (numbers < 0) {
      throw new IllegalArgumentException("numbers: must not be negative, got " + numbers);
    }
  }

  public void writeTo(OutputStream out) throws IOException {
    out.write(
        ByteBuffer.allocate(BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putShort(MAGIC)
            .put(VERSION)
            .put((byte) kind)
            .putInt(rank << Byte.SIZE | bits)
            .putLong(numbers)
            .array());
  }

  /**
   * Reads a header; what follows it is for the caller to compare before it makes room.
   *
   * @param kind the letter that is expected
   * @param problem what anything else is
   * @param what names the artifact in the sentence
   */
  public static Header read(InputStream in, char kind, Problem problem, String what)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(in.readNBytes(BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.remaining() < BYTES) {
      throw new WeftException(
          problem, Text.format("%s: %d bytes are too few for a header", what, bytes.remaining()));
    }
    if (bytes.getShort() != MAGIC || bytes.get() != VERSION) {
      throw new WeftException(
          problem,
          Text.format("%s: does not start like a Weft artifact of version %d", what, VERSION));
    }
    if (bytes.get() != (byte) kind) {
      throw new WeftException(problem, Text.format("%s: is of another kind", what));
    }
    int word = bytes.getInt();
    try {
      return new Header(kind, word & 0xFF, word >>> Byte.SIZE, bytes.getLong());
    } catch (IllegalArgumentException e) {
      throw new WeftException(
          problem, Text.format("%s: its header is wrong: %s", what, e.getMessage()), e);
    }
  }
}
