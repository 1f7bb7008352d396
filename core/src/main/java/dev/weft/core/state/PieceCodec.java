package dev.weft.core.state;

import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.artifact.Content;
import dev.weft.core.artifact.Header;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.state.Piece.Role;
import dev.weft.core.tensor.TensorMap;
import dev.weft.core.tensor.TensorSchema;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Pieces of the global state as bytes, in store and on the wire the same: a {@link Header}, then
 * little-endian float32 values in schema order. Names and shapes are not among them; whoever reads
 * a piece knows them from form and target.
 */
public final class PieceCodec {
  private static final char SIDE_DELTA = 'D';

  private PieceCodec() {}

  /** A part of the adapter; the bytes of head and magnitudes are the same at every rank. */
  public static Content part(Adapter adapter, Part part) {
    return content(part.letter(), rank(part, adapter.form()), adapter.part(part));
  }

  /** An entry of the side-delta log. */
  public static Content sideDelta(SideDelta delta, AdapterTarget target) {
    return content(SIDE_DELTA, delta.rank(), delta.tensors(target));
  }

  private static Content content(char kind, int rank, TensorMap tensors) {
    Header header = new Header(kind, Float.SIZE, rank, tensors.elements());
    return out -> {
      header.writeTo(out);
      tensors.writeTo(out);
    };
  }

  /**
   * Inverse of {@link #part} and {@link #sideDelta}. Nothing is allocated before the length is
   * known to be right.
   *
   * @param form the adapter at the rank of the reader
   * @throws WeftException if the bytes do not hold exactly this piece
   */
  public static TensorMap read(InputStream in, Role role, AdapterForm form, AdapterTarget target)
      throws IOException {
    if (role instanceof Role.AdapterPart adapterPart) {
      Part part = adapterPart.part();
      return read(in, role, part.letter(), rank(part, form), partSchema(form, part, target));
    }
    Header header = Header.read(in, SIDE_DELTA, Problem.WRONG_REFERENCE, role.toString());
    return values(in, role, header, header.rank(), sideDeltaSchema(header.rank(), target));
  }

  private static TensorMap read(InputStream in, Role role, char kind, int rank, TensorSchema schema)
      throws IOException {
    Header header = Header.read(in, kind, Problem.WRONG_REFERENCE, role.toString());
    return values(in, role, header, rank, schema);
  }

  private static TensorMap values(
      InputStream in, Role role, Header header, int rank, TensorSchema schema) throws IOException {
    if (header.rank() != rank
        || header.bits() != Float.SIZE
        || header.numbers() != schema.elements()) {
      throw wrong(
          role,
          Text.format(
              "holds %d numbers of rank %d where %d of rank %d were agreed",
              header.numbers(), header.rank(), schema.elements(), rank));
    }
    try {
      TensorMap tensors = schema.read(in);
      if (in.read() >= 0) {
        throw wrong(role, "goes on after its last number");
      }
      return tensors;
    } catch (EOFException e) {
      throw wrong(role, "ends before its last number");
    }
  }

  private static WeftException wrong(Role role, String what) {
    return new WeftException(Problem.WRONG_REFERENCE, Text.format("%s: %s", role, what));
  }

  private static int rank(Part part, AdapterForm form) {
    return part.hasRank() ? form.rank() : 0;
  }

  private static TensorSchema partSchema(AdapterForm form, Part part, AdapterTarget target) {
    return new TensorSchema(
        form.schema(target).entries().stream()
            .filter(entry -> Part.of(entry.name()) == part)
            .toList());
  }

  /** As {@link SideDelta#tensors} orders them: A then B, layer by layer. */
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
}
