package dev.weft.coordinator;

import dev.weft.coordinator.store.Archived;
import dev.weft.core.Digest;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Origin;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.ArtifactStore;
import dev.weft.core.state.Piece;
import dev.weft.core.state.Piece.Role;
import dev.weft.core.state.StateManifest;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The pieces of a global state that clients of each rank need; all that cannot be derived is in the
 * store.
 */
record Catalogue(Map<Integer, List<Piece>> byRank) {

  Catalogue {
    byRank = Map.copyOf(byRank);
  }

  /** Pieces at smaller ranks than the state's own are added to the store. */
  static Catalogue of(Archived archived, Collection<Integer> ranks, ArtifactStore store) {
    Map<Integer, List<Piece>> byRank = new HashMap<>();
    for (int rank : Set.copyOf(ranks)) {
      byRank.put(rank, pieces(archived, rank, store));
    }
    return new Catalogue(byRank);
  }

  private static List<Piece> pieces(Archived archived, int rank, ArtifactStore store) {
    GlobalState state = archived.state();
    if (rank == state.adapter().form().rank()) {
      return archived.manifest().pieces();
    }
    GlobalState truncated =
        new GlobalState(
            state.round(),
            state.adapter().truncate(rank),
            state.origins(),
            state.sideDeltas(),
            state.serverState());
    return StateManifest.of(truncated, rankless(archived.manifest()), store::put).pieces();
  }

  /** The pieces that are the same at every rank. */
  private static Map<Role, Artifact> rankless(StateManifest manifest) {
    return manifest.pieces().stream()
        .filter(
            piece ->
                !(piece.role() instanceof Role.AdapterPart adapter && adapter.part().hasRank()))
        .collect(Collectors.toMap(Piece::role, Piece::artifact));
  }

  /** What a client of this rank must hold: the adapter's parts, then the side-delta log. */
  List<Piece> at(int rank) {
    return byRank.get(rank);
  }

  /** All that clients may have to fetch. */
  Set<Digest> digests() {
    return byRank.values().stream()
        .flatMap(List::stream)
        .filter(piece -> piece.origin() instanceof Origin.Fetched)
        .map(piece -> piece.artifact().digest())
        .collect(Collectors.toSet());
  }
}
