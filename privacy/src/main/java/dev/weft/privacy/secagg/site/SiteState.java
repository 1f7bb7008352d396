package dev.weft.privacy.secagg.site;

import dev.weft.privacy.secagg.message.CoordinatorMessage;

/**
 * Where a site is in a session. It begins with {@link Joining#join}; whoever drives it sends each
 * reply and goes on with the next state. Every state takes every message.
 */
public sealed interface SiteState
    permits Advertised, Shared, Ready, Masked, Confirmed, Answered, Finished, Ended {

  SiteStep on(CoordinatorMessage message);

  /** Leaves the session, because a deadline passed or for another reason; secrets are erased. */
  default SiteState cancel(String reason) {
    erase();
    return new Ended(reason, false);
  }

  /** Overwrites all secrets of this state. */
  void erase();
}
