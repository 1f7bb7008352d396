package dev.weft.privacy.secagg.coordinator;

import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.message.SiteMessage;

/**
 * The session has come to nothing, and nothing of any update is known.
 *
 * @param reason one sentence
 */
public record Failed(String reason) implements CoordinatorState {
  @Override
  public CoordinatorStep on(NodeId from, SiteMessage message) {
    return CoordinatorStep.refused(this, "the session is over: " + reason);
  }

  @Override
  public CoordinatorStep close() {
    return CoordinatorStep.to(this);
  }

  @Override
  public CoordinatorState cancel(String other) {
    return this;
  }
}
