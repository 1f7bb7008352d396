package dev.weft.protocol;

import dev.weft.core.state.Piece;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A client as a round sees it: something that understands these commands and answers with {@link
 * ClientReply}. In a simulation it is the client itself, in a deployment the coordinator's end of
 * its stream. Messages only name artifacts; see {@link ArtifactTransfer}.
 *
 * <pre>
 *   Offer  → Accepted | Declined
 *   Train  → Waiting*, Progress*, Waiting*, then Uploaded | Failed
 *   Uploaded ← Received;  whatever comes too late ← TooLate
 * </pre>
 *
 * <p>A line may break anywhere: whoever hears the same offer again agrees again, and whoever is
 * told again to train goes on, or says again what it has uploaded.
 */
public final class ClientSession {
  private ClientSession() {}

  /** What a round says to a client. */
  public sealed interface Command {
    RoundId id();
  }

  /** Asks whether the client takes part on these terms. */
  public record Offer(RoundId id, Terms terms, ActorRef<FromClient> replyTo) implements Command {}

  /**
   * Asks a client that accepted to train.
   *
   * @param pieces all parts of the adapter, then the side-delta log in order
   * @param patience how long the round waits between two signs of life
   */
  public record Train(
      RoundId id,
      LocalPlan plan,
      List<Piece> pieces,
      Duration patience,
      ActorRef<FromClient> replyTo)
      implements Command {
    public Train {
      pieces = List.copyOf(pieces);
    }
  }

  /** The upload arrived; sending it again has no effect. */
  public record Received(RoundId id) implements Command {}

  /** The round no longer waits for this client; it may stop its work. */
  public record TooLate(RoundId id) implements Command {}

  /** The round ends without this client's update. */
  public record Cancel(RoundId id, String reason) implements Command {}
}
