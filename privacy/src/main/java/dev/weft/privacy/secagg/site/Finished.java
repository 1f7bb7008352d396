package dev.weft.privacy.secagg.site;

import dev.weft.core.Digest;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.secagg.message.CoordinatorMessage;

/**
 * The session is over.
 *
 * @param committed digest of what the coordinator made of the sum
 * @param transcript of the session
 */
public record Finished(Digest committed, Bytes transcript) implements SiteState {
  @Override
  public SiteStep on(CoordinatorMessage message) {
    return SiteStep.ignored(this, "the session is over");
  }

  @Override
  public SiteState cancel(String reason) {
    return this;
  }

  @Override
  public void erase() {
    // The secrets went with the answer.
  }
}
