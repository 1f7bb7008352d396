package dev.weft.coordinator;

import dev.weft.protocol.ClientSession;
import org.apache.pekko.actor.typed.ActorRef;

/** A site of a run and where a test has it. */
record Member(String name, int rank, ActorRef<ClientSession.Command> session) {

  Site site() {
    return new Site(name, rank);
  }
}
