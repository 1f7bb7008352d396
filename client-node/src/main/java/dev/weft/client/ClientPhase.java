package dev.weft.client;

import dev.weft.core.Digest;
import dev.weft.core.state.Piece;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.RoundId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

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
  record Working(LocalWork work) implements ClientPhase {}

  /** Its update is in the outbox until the round acknowledges it. */
  record Sent(ClientReply.Uploaded upload) implements ClientPhase {}

  default Optional<RoundId> round() {
    if (this instanceof Agreed agreed) {
      return Optional.of(agreed.id());
    }
    if (this instanceof Fetching fetching) {
      return Optional.of(fetching.train().id());
    }
    if (this instanceof Working working) {
      return Optional.of(working.work().id());
    }
    return this instanceof Sent sent ? Optional.of(sent.upload().id()) : Optional.empty();
  }
}
