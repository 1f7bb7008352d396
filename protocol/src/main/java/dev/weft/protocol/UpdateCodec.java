package dev.weft.protocol;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.update.RingVector;
import org.apache.pekko.util.ByteString;

/** An update as bytes: 16 bytes of header, then integers of as many bits as were agreed. */
public final class UpdateCodec {
  private UpdateCodec() {}

  public static ByteString encode(int rank, RingVector values) {
    return new Header(Header.Kind.UPDATE, rank, values.bits(), values.size())
        .payload(values::encode);
  }

  /**
   * Inverse of {@link #encode}.
   *
   * @param rank the rank agreed with the client
   * @param bits per integer, as agreed
   * @param entries trained scalars of the client; the weight comes in addition
   * @throws WeftException if the bytes are not an update of exactly that rank, width and length
   */
  public static RingVector decode(ByteString payload, int rank, int bits, long entries) {
    Header header = Header.read(payload, Header.Kind.UPDATE, Problem.MALFORMED_UPDATE, "update");
    if (header.rank() != rank || header.bits() != bits || header.scalars() != entries + 1) {
      throw new WeftException(
          Problem.MALFORMED_UPDATE,
          Text.format(
              "update: holds %d integers of %d bits at rank %d where %d of %d bits at rank %d were"
                  + " agreed",
              header.scalars(), header.bits(), header.rank(), entries + 1, bits, rank));
    }
    return RingVector.decode(Header.scalars(payload), bits, header.scalars());
  }
}
