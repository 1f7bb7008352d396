package dev.weft.coordinator;

import dev.weft.protocol.ClientSession;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A registered client.
 *
 * @param name unique in its run; orders whatever must not depend on arrival
 * @param rank rank of the adapter it trains
 * @param session where it is reached
 */
public record Site(String name, int rank, ActorRef<ClientSession.Command> session) {

  public Site {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name: a site must have one");
    }
    if (rank < 1) {
      throw new IllegalArgumentException("rank: must be at least 1, got " + rank);
    }
  }
}
