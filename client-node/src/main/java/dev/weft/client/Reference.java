package dev.weft.client;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.TensorMap;
import dev.weft.protocol.ArtifactRef;
import dev.weft.protocol.ArtifactRef.Role;
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
      List<ArtifactRef> artifacts,
      Map<Digest, TensorMap> fetched,
      BiFunction<Digest, Supplier<TensorMap>, TensorMap> derived) {
    Adapter adapter = Adapter.zeros(form, target);
    List<SideDelta> log = new ArrayList<>();
    int parts = 0;
    for (ArtifactRef artifact : artifacts) {
      if (artifact.role() instanceof Role.AdapterPart part) {
        TensorMap like = adapter.part(part.part());
        adapter =
            adapter.with(
                artifact.origin() instanceof Origin.Fetched
                    ? fetched.get(artifact.digest())
                    : derived.apply(artifact.digest(), () -> derive(artifact, like)));
        parts++;
      } else if (artifact.role() instanceof Role.LogEntry entry) {
        log.add(SideDelta.of(entry.number(), target, fetched.get(artifact.digest())));
      }
    }
    if (parts != form.parts().size()) {
      throw new WeftException(
          Problem.WRONG_REFERENCE,
          Text.format("the plan names %d of the adapter's %d parts", parts, form.parts().size()));
    }
    return new Reference(adapter, List.copyOf(log));
  }

  private static TensorMap derive(ArtifactRef artifact, TensorMap like) {
    return checked(artifact, artifact.origin().derive(like));
  }

  /**
   * The tensors themselves.
   *
   * @throws WeftException if they are not those that the coordinator means
   */
  static TensorMap checked(ArtifactRef artifact, TensorMap tensors) {
    if (!tensors.digest().equals(artifact.digest())) {
      throw new WeftException(
          Problem.WRONG_REFERENCE,
          Text.format(
              "%s: has digest %s here, %s at the coordinator; both sides need the same version of"
                  + " Weft",
              artifact.role(), tensors.digest().brief(), artifact.digest().brief()));
    }
    return tensors;
  }
}
