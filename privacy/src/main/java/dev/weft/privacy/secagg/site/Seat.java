package dev.weft.privacy.secagg.site;

import dev.weft.core.Text;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.secagg.Verifier;
import dev.weft.privacy.secagg.message.CoordinatorMessage;
import dev.weft.privacy.secagg.session.Session;
import java.util.List;
import java.util.function.Function;

/**
 * A site's place in a session.
 *
 * @param index its own
 * @param verifiers of all sites, in their order
 */
record Seat(SiteSetup setup, Session session, int index, List<Verifier> verifiers) {

  /** What the messages of this session name. */
  List<Bytes> places() {
    return List.of(session.id(), session.context());
  }

  Verifier verifier(int site) {
    return verifiers.get(site - 1);
  }

  /** What comes of a message in a state that waits for one of a kind. */
  <M extends CoordinatorMessage> SiteStep expecting(
      Class<M> kind,
      SiteState state,
      Heard heard,
      CoordinatorMessage message,
      Function<M, SiteStep> take) {
    return heard
        .step(state, message, places())
        .orElseGet(
            () ->
                kind.isInstance(message)
                    ? take.apply(kind.cast(message))
                    : outOfTurn(state, message));
  }

  /** A message of this session that must not come in this state, or not twice. */
  SiteStep outOfTurn(SiteState state, CoordinatorMessage message) {
    return SiteStep.alarm(
        state,
        Text.format(
            "the coordinator sent a %s out of turn or a second one with other contents; %s has left"
                + " the session",
            message.getClass().getSimpleName(), setup.node()));
  }
}
