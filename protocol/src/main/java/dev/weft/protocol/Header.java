package dev.weft.protocol;

import dev.weft.core.Text;
import dev.weft.core.adapter.Part;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.update.RingVector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.apache.pekko.util.ByteString;

/**
 * The 16 bytes before every payload, little-endian: magic, version, kind, bits per scalar as two
 * bytes, rank, number of scalars that follow.
 *
 * @param rank 0 where a rank has no meaning
 * @param bits per scalar; a payload is filled up to whole bytes
 */
record Header(Kind kind, int rank, int bits, int scalars) {
  static final int BYTES = 16;

  private static final int MAGIC = 0x54464557; // "WEFT"
  private static final byte VERSION = 2;

  /**
   * What the scalars are, with its letter on the wire; parts of an adapter have letters of theirs.
   */
  record Kind(String name, char letter) {
    static final Kind SIDE_DELTA = new Kind("SIDE_DELTA", 'D');
    static final Kind UPDATE = new Kind("UPDATE", 'U');

    static Kind of(Part part) {
      return new Kind(part.name(), part.letter());
    }
  }

  /** Header and scalars in one piece; {@code writer} appends exactly the announced scalars. */
  ByteString payload(Consumer<ByteBuffer> writer) {
    byte[] payload = new byte[Math.toIntExact(BYTES + RingVector.bytes(bits, scalars))];
    ByteBuffer bytes =
        ByteBuffer.wrap(payload)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(MAGIC)
            .put(VERSION)
            .put((byte) kind.letter())
            .putShort((short) bits)
            .putInt(rank)
            .putInt(scalars);
    writer.accept(bytes);
    return ByteString.fromArrayUnsafe(payload);
  }

  /**
   * Reads the header and checks that exactly the announced scalars follow it.
   *
   * @param problem what a violation is
   * @param what names the payload in the sentence
   */
  static Header read(ByteString payload, Kind expected, Problem problem, String what) {
    if (payload.size() < BYTES) {
      throw new WeftException(
          problem, Text.format("%s: %d bytes are too few for a header", what, payload.size()));
    }
    ByteBuffer bytes = payload.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.getInt() != MAGIC || bytes.get() != VERSION) {
      throw new WeftException(
          problem,
          Text.format("%s: does not start like a Weft payload of version %d", what, VERSION));
    }
    byte letter = bytes.get();
    if (letter != expected.letter()) {
      throw new WeftException(problem, Text.format("%s: is not of kind %s", what, expected.name()));
    }
    int bits = bytes.getShort();
    int rank = bytes.getInt();
    int scalars = bytes.getInt();
    if (rank < 0
        || bits < 1
        || scalars < 0
        || bytes.remaining() != RingVector.bytes(bits, scalars)) {
      throw new WeftException(
          problem,
          Text.format(
              "%s: announces rank %d and %d scalars of %d bits but holds %d bytes of them",
              what, rank, scalars, bits, bytes.remaining()));
    }
    return new Header(expected, rank, bits, scalars);
  }

  /** The scalars of a payload that {@link #read} accepted. */
  static ByteBuffer scalars(ByteString payload) {
    return payload.asByteBuffer().position(BYTES).slice().order(ByteOrder.LITTLE_ENDIAN);
  }
}
