package dev.weft.core.state;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.FormCodec;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.Content;
import dev.weft.core.state.Piece.Role;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a global state consists of: the adapter's form, what it attaches to, and its pieces. Its
 * digest is the state's own, in journal, store, wire and provenance: over all that decides how the
 * tuned model answers, and how clients can have it. The number of the round and what a server
 * optimizer remembers are no part of it.
 *
 * @param target digest of the layers and head that the adapter attaches to
 * @param pieces the adapter's parts in canonical order, then the side-delta log
 */
public record StateManifest(AdapterForm form, Digest target, List<Piece> pieces) {
  private static final String FORMAT = "weft state 3";
  private static final String SIDE_DELTA = "side delta";

  public StateManifest {
    pieces = List.copyOf(pieces);
  }

  /** The manifest of a state whose pieces nobody keeps. */
  public static StateManifest of(GlobalState state) {
    return of(state, Map.of(), Artifact::of);
  }

  /**
   * The manifest of a state.
   *
   * @param known pieces whose bytes are the same as in this state; they are not looked at again
   * @param address of a piece's bytes; may keep them on the way
   */
  public static StateManifest of(
      GlobalState state, Map<Role, Artifact> known, Function<Content, Artifact> address) {
    Adapter adapter = state.adapter();
    List<Piece> pieces = new ArrayList<>();
    for (Part part : adapter.form().parts()) {
      Origin origin = state.origins().get(part);
      Function<Content, Artifact> keep = origin instanceof Origin.Fetched ? address : Artifact::of;
      Role role = new Role.AdapterPart(part);
      Artifact artifact = known.get(role);
      pieces.add(
          new Piece(
              role,
              origin,
              artifact == null ? keep.apply(PieceCodec.part(adapter, part)) : artifact));
    }
    for (SideDelta delta : state.sideDeltas()) {
      Role role = new Role.LogEntry(delta.number());
      Artifact artifact = known.get(role);
      pieces.add(
          new Piece(
              role,
              new Origin.Fetched(),
              artifact == null
                  ? address.apply(PieceCodec.sideDelta(delta, adapter.target()))
                  : artifact));
    }
    return new StateManifest(adapter.form(), adapter.target().digest(), pieces);
  }

  /** How clients can have each part of the adapter. */
  public Map<Part, Origin> origins() {
    Map<Part, Origin> origins = new EnumMap<>(Part.class);
    for (Piece piece : pieces) {
      if (piece.role() instanceof Role.AdapterPart part) {
        origins.put(part.part(), piece.origin());
      }
    }
    return origins;
  }

  /** The state's digest. */
  public Digest digest() {
    return Artifact.of(content()).digest();
  }

  public Content content() {
    return bytes -> {
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeUTF(FORMAT);
      out.writeUTF(target.hex());
      FormCodec.write(out, form);
      out.writeInt(pieces.size());
      for (Piece piece : pieces) {
        out.writeUTF(
            piece.role() instanceof Role.AdapterPart part ? part.part().name() : SIDE_DELTA);
        piece.origin().write(out);
        out.writeUTF(piece.artifact().digest().hex());
        out.writeLong(piece.artifact().bytes());
      }
      out.flush();
    };
  }

  /**
   * Inverse of {@link #content}.
   *
   * @throws IOException if the bytes are no manifest of this version
   */
  public static StateManifest read(InputStream bytes) throws IOException {
    DataInputStream in = new DataInputStream(bytes);
    String format = in.readUTF();
    if (!format.equals(FORMAT)) {
      throw new IOException(Text.format("format \"%s\" instead of \"%s\"", format, FORMAT));
    }
    try {
      Digest target = new Digest(in.readUTF());
      AdapterForm form = FormCodec.read(in);
      List<Piece> pieces = new ArrayList<>();
      int log = 0;
      for (int left = in.readInt(); left > 0; left--) {
        String name = in.readUTF();
        Role role =
            name.equals(SIDE_DELTA)
                ? new Role.LogEntry(log++)
                : new Role.AdapterPart(Part.valueOf(name));
        Origin origin = Origin.read(in);
        pieces.add(new Piece(role, origin, new Artifact(new Digest(in.readUTF()), in.readLong())));
      }
      return new StateManifest(form, target, pieces);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
