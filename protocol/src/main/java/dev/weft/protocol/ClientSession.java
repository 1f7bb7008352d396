package dev.weft.protocol;

import dev.weft.core.Digest;
import dev.weft.core.adapter.AdapterForm;
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
 *   Measure → Waiting*, then Measured | NotMeasured
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
  public record Offer(RoundId id, Terms terms, ActorRef<FromClient> replyTo) implements Command {
    public Offer {
      require(!id.measures(), id);
    }
  }

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
      require(!id.measures(), id);
      pieces = List.copyOf(pieces);
    }
  }

  /**
   * Asks a client to measure a global state on held-out examples of its own.
   *
   * @param id a {@linkplain RoundId#measuring measurement}
   * @param state digest of the state
   * @param form of its adapter
   * @param pieces all parts of the adapter, then the side-delta log in order
   * @param patience how long the coordinator waits between two signs of life
   */
  public record Measure(
      RoundId id,
      Digest state,
      AdapterForm form,
      List<Piece> pieces,
      Duration patience,
      ActorRef<FromClient> replyTo)
      implements Command {
    public Measure {
      require(id.measures(), id);
      pieces = List.copyOf(pieces);
    }
  }

  /** The upload arrived; sending it again has no effect. */
  public record Received(RoundId id) implements Command {}

  /** What was asked is over for this client; it may stop its work. */
  public record TooLate(RoundId id) implements Command {}

  /** The round ends without this client's update. */
  public record Cancel(RoundId id, String reason) implements Command {}

  private static void require(boolean fitting, RoundId id) {
    if (!fitting) {
      throw new IllegalArgumentException("id: this is nothing to say of " + id);
    }
  }
}
