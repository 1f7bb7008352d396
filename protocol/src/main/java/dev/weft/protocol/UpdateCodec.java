package dev.weft.protocol;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.update.IntVector;
import org.apache.pekko.util.ByteString;

/** An update as bytes: 16 bytes of header, then little-endian 32-bit integers in schema order. */
public final class UpdateCodec {
  private UpdateCodec() {}

  public static ByteString encode(int rank, IntVector values) {
    return new Header(Header.Kind.UPDATE, rank, values.size()).payload(values::encode);
  }

  /**
   * Inverse of {@link #encode}.
   *
   * @param rank the rank agreed with the client
   * @param elements scalars in the client's trained parts
   * @throws WeftException if the bytes are not an update of exactly that rank and length
   */
  public static IntVector decode(ByteString payload, int rank, long elements) {
    Header header = Header.read(payload, Header.Kind.UPDATE, Problem.MALFORMED_UPDATE, "update");
    if (header.rank() != rank || header.scalars() != elements) {
      throw new WeftException(
          Problem.MALFORMED_UPDATE,
          Text.format(
              "update: holds %d scalars of rank %d where %d of rank %d were agreed",
              header.scalars(), header.rank(), elements, rank));
    }
    return IntVector.decode(Header.scalars(payload));
  }
}
