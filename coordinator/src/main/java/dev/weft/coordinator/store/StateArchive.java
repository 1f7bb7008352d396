package dev.weft.coordinator.store;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.ArtifactStore;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.state.Piece;
import dev.weft.core.state.Piece.Role;
import dev.weft.core.state.PieceCodec;
import dev.weft.core.state.StateManifest;
import dev.weft.core.tensor.Safetensors;
import dev.weft.core.tensor.TensorMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Global states in an {@link ArtifactStore}. Every piece is an artifact of its own, so that what
 * does not change from round to round is stored once; what can be derived is not stored at all.
 */
public final class StateArchive {
  private final ArtifactStore store;
  private final AdapterTarget target;

  public StateArchive(ArtifactStore store, AdapterTarget target) {
    this.store = store;
    this.target = target;
  }

  /**
   * Stores pieces first and the manifest last, so that a manifest never names a missing artifact.
   *
   * @param before the state that this one came from, whose pieces are here
   */
  public Archived save(GlobalState state, Optional<Archived> before) {
    StateManifest manifest =
        StateManifest.of(
            state, before.map(one -> unchanged(one, state)).orElse(Map.of()), store::put);
    Optional<Digest> memory =
        state.serverState().isEmpty()
            ? Optional.empty()
            : Optional.of(
                store.put(out -> Safetensors.write(state.serverState(), Map.of(), out)).digest());
    Digest digest = store.put(manifest.content()).digest();
    return new Archived(new Checkpoint(state.round(), digest, memory), state, manifest);
  }

  /** The pieces that a state shares with the one before it. */
  private static Map<Role, Artifact> unchanged(Archived before, GlobalState state) {
    Map<Role, Artifact> unchanged = new HashMap<>();
    if (!before.state().adapter().form().equals(state.adapter().form())) {
      return unchanged;
    }
    for (Piece piece : before.manifest().pieces()) {
      if (isIn(state, piece.role(), before.state())) {
        unchanged.put(piece.role(), piece.artifact());
      }
    }
    return unchanged;
  }

  private static boolean isIn(GlobalState state, Role role, GlobalState before) {
    if (role instanceof Role.AdapterPart part) {
      return before.origins().get(part.part()).equals(state.origins().get(part.part()))
          && before.adapter().part(part.part()).equals(state.adapter().part(part.part()));
    }
    int number = ((Role.LogEntry) role).number();
    return number < state.sideDeltas().size()
        && before.sideDeltas().get(number).equals(state.sideDeltas().get(number));
  }

  /**
   * @throws WeftException if an artifact is missing, changed, or not a state of this model and
   *     version
   */
  public Archived load(Checkpoint checkpoint) {
    StateManifest manifest = store.read(checkpoint.state(), StateManifest::read);
    if (!manifest.target().equals(target.digest())) {
      throw new WeftException(
          Problem.BAD_ARTIFACT,
          Text.format(
              "artifact %s is a global state of another model than this one", checkpoint.state()));
    }
    Adapter adapter = Adapter.zeros(manifest.form(), target);
    List<SideDelta> log = new ArrayList<>();
    for (Piece piece : manifest.pieces()) {
      if (piece.role() instanceof Role.AdapterPart part) {
        adapter =
            adapter.with(
                piece.origin() instanceof Origin.Fetched
                    ? read(piece, manifest)
                    : piece.origin().derive(adapter.part(part.part())));
      } else {
        log.add(SideDelta.of(log.size(), target, read(piece, manifest)));
      }
    }
    GlobalState state =
        new GlobalState(
            checkpoint.round(),
            adapter,
            manifest.origins(),
            log,
            checkpoint.memory().map(this::memory).orElse(TensorMap.empty()));
    return new Archived(checkpoint, state, manifest);
  }

  private TensorMap read(Piece piece, StateManifest manifest) {
    return store.read(
        piece.artifact().digest(),
        in -> PieceCodec.read(in, piece.role(), manifest.form(), target));
  }

  private TensorMap memory(Digest digest) {
    return store.read(
        digest,
        in ->
            Safetensors.read(
                in, store.bytes(digest).orElseThrow(), Text.format("artifact %s", digest)));
  }

  /** Forgets every other state, and whatever else is in the store. */
  public void keepOnly(Archived archived) {
    Set<Digest> kept = new HashSet<>();
    kept.add(archived.checkpoint().state());
    archived.checkpoint().memory().ifPresent(kept::add);
    archived.manifest().pieces().forEach(piece -> kept.add(piece.artifact().digest()));
    store.keepOnly(kept);
  }
}
