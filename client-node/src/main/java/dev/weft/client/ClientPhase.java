package dev.weft.client;

import dev.weft.core.Digest;
import dev.weft.core.state.Piece;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.RoundId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** Where a client stands; immutable. */
sealed interface ClientPhase {

  record Idle() implements ClientPhase {}

  /** It accepted an offer. */
  record Agreed(RoundId id) implements ClientPhase {}

  /**
   * It waits for pieces.
   *
   * @param missing pieces by digest
   */
  record Fetching(ClientSession.Train train, Map<Digest, Piece> missing) implements ClientPhase {
    public Fetching {
      missing = Map.copyOf(missing);
    }

    Fetching without(Digest digest) {
      Map<Digest, Piece> rest = new HashMap<>(missing);
      rest.remove(digest);
      return new Fetching(train, rest);
    }
  }

  /** It trains, or waits for its turn on the executor. */
  record Working(LocalWork work, ActorRef<ClientReply> replyTo) implements ClientPhase {}

  default Optional<RoundId> round() {
    if (this instanceof Agreed agreed) {
      return Optional.of(agreed.id());
    }
    if (this instanceof Fetching fetching) {
      return Optional.of(fetching.train().id());
    }
    return this instanceof Working working ? Optional.of(working.work().id()) : Optional.empty();
  }
}
