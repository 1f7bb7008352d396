package dev.weft.privacy.secagg.site;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.secagg.Sha256;
import dev.weft.privacy.secagg.message.CoordinatorMessage;
import dev.weft.privacy.secagg.message.SiteMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a site has heard in a session, so that repeated messages are told from second ones.
 *
 * @param digests of all messages that had an effect, the last one last
 * @param reply to that one
 */
record Heard(List<Bytes> digests, Optional<SiteMessage> reply) {
  static final Heard NOTHING = new Heard(List.of(), Optional.empty());

  Heard {
    digests = List.copyOf(digests);
  }

  /** After one more message. */
  Heard and(CoordinatorMessage message, Optional<SiteMessage> reply) {
    List<Bytes> all = new ArrayList<>(digests);
    all.add(Sha256.of(message.encode()));
    return new Heard(all, reply);
  }

  /** With another reply to the last message. */
  Heard replying(SiteMessage reply) {
    return new Heard(digests, Optional.of(reply));
  }

  /**
   * What there is to do with a message that is not the state's own to judge: one that was heard, or
   * of another session.
   *
   * @param places of the session, or of its context before there is one
   */
  Optional<SiteStep> step(SiteState state, CoordinatorMessage message, List<Bytes> places) {
    int found = digests.lastIndexOf(Sha256.of(message.encode()));
    if (found >= 0) {
      return Optional.of(
          found == digests.size() - 1
              ? SiteStep.again(state, reply)
              : SiteStep.ignored(state, "was heard before"));
    }
    return places.contains(message.place())
        ? Optional.empty()
        : Optional.of(SiteStep.ignored(state, "belongs to another session"));
  }
}
