package dev.weft.core.update;

import dev.weft.core.Text;
import dev.weft.core.artifact.Content;
import dev.weft.core.artifact.Header;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongFunction;

/** An update as bytes: a {@link Header}, then integers of as many bits as were agreed. */
public final class UpdateCodec {
  private static final char UPDATE = 'U';

  private UpdateCodec() {}

  public static Content content(int rank, RingVector values) {
    return out -> {
      new Header(UPDATE, values.bits(), rank, values.size()).writeTo(out);
      values.writeTo(out);
    };
  }

  /**
   * Length of an update.
   *
   * @param bits per integer
   * @param entries trained scalars of the client; the weight comes in addition
   */
  public static long bytes(int bits, long entries) {
    return Header.BYTES + RingVector.bytes(bits, entries + 1);
  }

  /**
   * Reads an update to its end, and keeps nothing of it.
   *
   * @param rank the rank agreed with the client
   * @param bits per integer, as agreed
   * @param entries trained scalars of the client; the weight comes in addition
   * @throws WeftException if the bytes are not an update of exactly that rank, width and length
   */
  public static void check(InputStream in, int rank, int bits, long entries) throws IOException {
    Header header = Header.read(in, UPDATE, Problem.MALFORMED_UPDATE, "update");
    if (header.rank() != rank || header.bits() != bits || header.numbers() != entries + 1) {
      throw new WeftException(
          Problem.MALFORMED_UPDATE,
          Text.format(
              "update: holds %d integers of %d bits at rank %d where %d of %d bits at rank %d were"
                  + " agreed",
              header.numbers(), header.bits(), header.rank(), entries + 1, bits, rank));
    }
    RingVector.check(in, bits, Math.toIntExact(entries + 1));
  }

  /**
   * The integers of an update that {@link #check} has found right.
   *
   * @param bytes opens the update from an offset on
   * @param bits per integer
   * @param entries trained scalars of the client; the weight comes in addition
   */
  public static RingSource source(LongFunction<InputStream> bytes, int bits, long entries) {
    return new Stored(bytes, bits, Math.toIntExact(entries + 1));
  }

  private record Stored(LongFunction<InputStream> bytes, int bits, int size) implements RingSource {
    @Override
    public RingVector range(int from, int length) {
      long before = (long) bits * from;
      try (InputStream in = bytes.apply(Header.BYTES + before / Byte.SIZE)) {
        return RingVector.readPart(in, (int) (before % Byte.SIZE), bits, length);
      } catch (IOException e) {
        throw new WeftException(
            Problem.BAD_ARTIFACT,
            Text.format("update: cannot be read again: %s", e.getMessage()),
            e);
      }
    }
  }
}
