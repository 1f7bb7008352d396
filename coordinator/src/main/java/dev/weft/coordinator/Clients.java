package dev.weft.coordinator;

import dev.weft.protocol.ClientSession;
import dev.weft.protocol.FromClient;
import org.apache.pekko.actor.typed.ActorRef;

/** The clients whom a round trains and a survey asks. */
interface Clients {

  /** Where they answer. */
  ActorRef<FromClient> ear();

  void tell(String client, ClientSession.Command command);
}
