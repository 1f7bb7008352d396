package dev.weft.privacy.secagg.coordinator;

import dev.weft.core.Text;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.Sha256;
import dev.weft.privacy.secagg.message.SiteMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What was accepted from each invited site in a session, so that repeated messages are told from
 * second ones.
 *
 * @param sites those that are invited, in order of their ids
 * @param accepted digests by a site's place among them
 */
record Heard(List<NodeId> sites, Inbox<List<Entry>> accepted) {

  /** One message. */
  record Entry(Class<?> kind, Bytes digest) {}

  static Heard nothing(List<NodeId> sites) {
    return new Heard(List.copyOf(sites), Inbox.upTo(sites.size()));
  }

  /**
   * What there is to do with a message that was accepted before, or that came beside such a one.
   */
  Optional<CoordinatorStep> step(CoordinatorState state, NodeId from, SiteMessage message) {
    int place = place(from);
    if (place < 0) {
      return Optional.of(
          CoordinatorStep.refused(state, Text.format("%s is not invited to the session", from)));
    }
    Entry entry = entry(message);
    for (Entry before : accepted.of(place).orElse(List.of())) {
      if (before.equals(entry)) {
        return Optional.of(CoordinatorStep.repeated(state));
      }
      if (before.kind().equals(entry.kind())) {
        return Optional.of(
            CoordinatorStep.quarantined(
                state,
                Text.format(
                    "%s sent a second %s with other contents in one session",
                    from, message.getClass().getSimpleName())));
      }
    }
    return Optional.empty();
  }

  Heard and(NodeId from, SiteMessage message) {
    int place = place(from);
    List<Entry> all = new ArrayList<>(accepted.of(place).orElse(List.of()));
    all.add(entry(message));
    return new Heard(sites, accepted.with(place, List.copyOf(all)));
  }

  private static Entry entry(SiteMessage message) {
    return new Entry(message.getClass(), Sha256.of(message.encode()));
  }

  private int place(NodeId from) {
    return Collections.binarySearch(sites, from, Comparator.comparing(NodeId::value));
  }
}
