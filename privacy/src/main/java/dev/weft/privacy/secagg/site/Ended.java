package dev.weft.privacy.secagg.site;

import dev.weft.privacy.secagg.message.CoordinatorMessage;

/**
 * The site has left the session and keeps nothing of it.
 *
 * @param reason one sentence
 * @param alarm whether somebody broke the protocol, which a person should know
 */
public record Ended(String reason, boolean alarm) implements SiteState {
  @Override
  public SiteStep on(CoordinatorMessage message) {
    return SiteStep.ignored(this, "the session is left: " + reason);
  }

  @Override
  public SiteState cancel(String why) {
    return this;
  }

  @Override
  public void erase() {
    // It has no secrets.
  }
}
