package dev.weft.client;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.state.Piece;
import dev.weft.core.state.Piece.Role;
import dev.weft.core.state.PieceCodec;
import dev.weft.core.tensor.TensorMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * The state that a round starts from, as one client holds it.
 *
 * @param adapter the global adapter at the client's rank
 * @param sideDeltas the log, in order
 */
record Reference(Adapter adapter, List<SideDelta> sideDeltas) {

  /**
   * Puts the pieces together; what can be derived is derived, and its digest checked.
   *
   * @param fetched pieces of origin {@link Origin.Fetched}, whose digests were checked on arrival
   * @param derived gives the pieces of any other origin, by digest, and makes those it lacks
   * @throws WeftException if a derived piece is not what the coordinator has, or the adapter is
   *     incomplete
   */
  static Reference assemble(
      AdapterForm form,
      AdapterTarget target,
      List<Piece> pieces,
      Map<Digest, TensorMap> fetched,
      BiFunction<Digest, Supplier<TensorMap>, TensorMap> derived) {
    Adapter adapter = Adapter.zeros(form, target);
    List<SideDelta> log = new ArrayList<>();
    int parts = 0;
    for (Piece piece : pieces) {
      Digest digest = piece.artifact().digest();
      if (piece.role() instanceof Role.AdapterPart part) {
        Adapter before = adapter;
        adapter =
            adapter.with(
                piece.origin() instanceof Origin.Fetched
                    ? fetched.get(digest)
                    : derived.apply(digest, () -> derive(piece, part.part(), before)));
        parts++;
      } else if (piece.role() instanceof Role.LogEntry entry) {
        log.add(SideDelta.of(entry.number(), target, fetched.get(digest)));
      }
    }
    if (parts != form.parts().size()) {
      throw new WeftException(
          Problem.WRONG_REFERENCE,
          Text.format("the plan names %d of the adapter's %d parts", parts, form.parts().size()));
    }
    return new Reference(adapter, List.copyOf(log));
  }

  private static TensorMap derive(Piece piece, Part part, Adapter like) {
    TensorMap derived = piece.origin().derive(like.part(part));
    Artifact artifact = Artifact.of(PieceCodec.part(like.with(derived), part));
    if (!artifact.equals(piece.artifact())) {
      throw new WeftException(
          Problem.WRONG_REFERENCE,
          Text.format(
              "%s: has digest %s here, %s at the coordinator; both sides need the same version of"
                  + " Weft",
              piece.role(), artifact.digest().brief(), piece.artifact().digest().brief()));
    }
    return derived;
  }
}
