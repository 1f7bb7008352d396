package dev.weft.privacy.secagg.play;

import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.message.CoordinatorMessage;
import dev.weft.privacy.secagg.message.SiteMessage;
import java.util.List;

/** What lies between sites and coordinator, and what it does to their messages. */
public interface Line {
  /** Delivers everything once. */
  Line HONEST = new Line() {};

  /** What comes of a site's message: nothing, itself, or others, as bytes. */
  default List<byte[]> toCoordinator(NodeId from, SiteMessage message) {
    return List.of(message.encode());
  }

  /** What comes of a message for a site. */
  default List<byte[]> toSite(NodeId to, CoordinatorMessage message) {
    return List.of(message.encode());
  }

  /** Which of so many messages that are under way arrives next. */
  default int next(int underWay) {
    return 0;
  }

  /** Whether a stage ends although messages are under way. */
  default boolean deadline() {
    return false;
  }
}
