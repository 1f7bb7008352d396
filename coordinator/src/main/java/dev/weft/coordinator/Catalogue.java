package dev.weft.coordinator;

import dev.weft.core.Digest;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.tensor.TensorMap;
import dev.weft.protocol.ArtifactCodec;
import dev.weft.protocol.ArtifactRef;
import dev.weft.protocol.ArtifactRef.Role;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.pekko.util.ByteString;

/**
 * The pieces of a global state that clients of each rank need. Bytes are made when the first client
 * asks for them, and shared by all: most pieces are derived or cached and never asked for. Used by
 * one thread at a time.
 */
final class Catalogue {

  private record Piece(Role role, int rank, TensorMap tensors) {
    ByteString encode() {
      return ArtifactCodec.encode(role, rank, tensors);
    }
  }

  private final Map<Integer, List<ArtifactRef>> byRank = new HashMap<>();
  private final Map<Digest, Piece> pieces = new HashMap<>();
  private final Map<Digest, ByteString> encoded = new HashMap<>();

  private Catalogue() {}

  static Catalogue of(GlobalState state, Collection<Integer> ranks) {
    Catalogue catalogue = new Catalogue();
    List<ArtifactRef> log = new ArrayList<>();
    for (SideDelta delta : state.sideDeltas()) {
      log.add(
          catalogue.add(
              new Piece(
                  new Role.LogEntry(delta.number()),
                  delta.rank(),
                  delta.tensors(state.adapter().target())),
              new Origin.Fetched()));
    }
    // In order, since of equal pieces of two ranks the last one added is what travels.
    for (int rank : new TreeSet<>(ranks)) {
      List<ArtifactRef> refs = new ArrayList<>();
      Adapter adapter = state.adapter().truncate(rank);
      for (Part part : adapter.form().parts()) {
        refs.add(
            catalogue.add(
                new Piece(new Role.AdapterPart(part), rank, adapter.part(part)),
                state.origins().get(part)));
      }
      refs.addAll(log);
      catalogue.byRank.put(rank, List.copyOf(refs));
    }
    return catalogue;
  }

  /** What a client of this rank must hold: the adapter's parts, then the side-delta log. */
  List<ArtifactRef> at(int rank) {
    return byRank.get(rank);
  }

  Set<Digest> digests() {
    return Set.copyOf(pieces.keySet());
  }

  ByteString encode(Digest digest) {
    return encoded.computeIfAbsent(digest, missing -> pieces.get(missing).encode());
  }

  private ArtifactRef add(Piece piece, Origin origin) {
    Digest digest = piece.tensors().digest();
    pieces.put(digest, piece);
    return new ArtifactRef(piece.role(), digest, origin, ArtifactCodec.bytes(piece.tensors()));
  }
}
