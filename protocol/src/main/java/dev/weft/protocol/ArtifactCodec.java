package dev.weft.protocol;

import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.Part;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.TensorMap;
import dev.weft.core.tensor.TensorSchema;
import dev.weft.protocol.ArtifactRef.Role;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.util.ByteString;

/**
 * Pieces of the global state as bytes: 16 bytes of header, then raw little-endian float32 values in
 * schema order. Names and shapes do not travel; both sides know them from form and target.
 */
public final class ArtifactCodec {
  private ArtifactCodec() {}

  /** Length of the encoded piece. */
  public static long bytes(TensorMap tensors) {
    return Header.BYTES + Float.BYTES * tensors.elements();
  }

  /**
   * @param rank of the adapter or side delta that the piece belongs to
   */
  public static ByteString encode(Role role, int rank, TensorMap tensors) {
    return new Header(
            kind(role), headerRank(role, rank), Float.SIZE, Math.toIntExact(tensors.elements()))
        .payload(bytes -> tensors.asMap().values().forEach(tensor -> tensor.writeTo(bytes)));
  }

  /**
   * Inverse of {@link #encode}. Nothing is allocated before the length is known to be right.
   *
   * @param form the adapter at the rank of the receiver
   * @throws WeftException if the bytes do not hold exactly this piece
   */
  public static TensorMap decode(
      ByteString payload, Role role, AdapterForm form, AdapterTarget target) {
    Header header = Header.read(payload, kind(role), Problem.WRONG_REFERENCE, role.toString());
    if (role instanceof Role.AdapterPart adapterPart) {
      TensorSchema schema = Adapter.zeros(form, target).part(adapterPart.part()).schema();
      require(header, role, headerRank(role, form.rank()), schema.elements());
      return schema.decode(Header.scalars(payload));
    }
    require(header, role, header.rank(), header.rank() * scalarsPerRank(target));
    return sideDeltaSchema(header.rank(), target).decode(Header.scalars(payload));
  }

  private static void require(Header header, Role role, int rank, long scalars) {
    if (header.rank() != rank || header.bits() != Float.SIZE || header.scalars() != scalars) {
      throw new WeftException(
          Problem.WRONG_REFERENCE,
          Text.format(
              "%s: holds %d scalars of rank %d where %d of rank %d were agreed",
              role, header.scalars(), header.rank(), scalars, rank));
    }
  }

  private static long scalarsPerRank(AdapterTarget target) {
    return target.layers().stream().mapToLong(layer -> (long) layer.in() + layer.out()).sum();
  }

  /** As {@link dev.weft.core.adapter.SideDelta#tensors} orders them: A then B, layer by layer. */
  private static TensorSchema sideDeltaSchema(int rank, AdapterTarget target) {
    List<TensorSchema.Entry> entries = new ArrayList<>();
    for (AdapterTarget.Layer layer : target.layers()) {
      entries.add(
          new TensorSchema.Entry(Part.A.tensorName(layer.name()), List.of(rank, layer.in())));
      entries.add(
          new TensorSchema.Entry(Part.B.tensorName(layer.name()), List.of(layer.out(), rank)));
    }
    return new TensorSchema(entries);
  }

  private static Header.Kind kind(Role role) {
    return role instanceof Role.AdapterPart adapterPart
        ? Header.Kind.of(adapterPart.part())
        : Header.Kind.SIDE_DELTA;
  }

  /** Head and magnitudes are the same at every rank, so their bytes must not name one. */
  private static int headerRank(Role role, int rank) {
    return role instanceof Role.AdapterPart adapterPart && !adapterPart.part().hasRank() ? 0 : rank;
  }
}
