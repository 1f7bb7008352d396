package dev.weft.privacy.secagg.site;

import dev.weft.privacy.secagg.message.SiteMessage;
import java.util.Optional;

/**
 * What comes of a message.
 *
 * @param next the state from now on
 * @param reply for the coordinator
 * @param ignored why the message had no effect, if it had none
 */
public record SiteStep(SiteState next, Optional<SiteMessage> reply, Optional<String> ignored) {

  static SiteStep to(SiteState next, SiteMessage reply) {
    return new SiteStep(next, Optional.of(reply), Optional.empty());
  }

  static SiteStep to(SiteState next) {
    return new SiteStep(next, Optional.empty(), Optional.empty());
  }

  /** The same answer to the same message. */
  static SiteStep again(SiteState same, Optional<SiteMessage> reply) {
    return new SiteStep(same, reply, Optional.of("is the last message once more"));
  }

  static SiteStep ignored(SiteState same, String why) {
    return new SiteStep(same, Optional.empty(), Optional.of(why));
  }

  /** The session is left: the coordinator, or whoever speaks for it, broke the protocol. */
  static SiteStep alarm(SiteState left, String reason) {
    left.erase();
    return to(new Ended(reason, true));
  }

  /** The session is left: too few sites are in it. */
  static SiteStep leave(SiteState left, String reason) {
    return to(left.cancel(reason));
  }
}
