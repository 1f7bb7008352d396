package dev.weft.protocol;

import dev.weft.core.Digest;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.metrics.AnswerCounts;
import dev.weft.core.metrics.TrainingFigures;
import java.util.OptionalDouble;

/**
 * What a client says to a round; who it is is known from where it comes, see {@link FromClient}.
 */
public sealed interface ClientReply {

  RoundId id();

  /** The client takes part. */
  record Accepted(RoundId id) implements ClientReply {}

  /** The client does not take part; the reason is one sentence. */
  record Declined(RoundId id, String reason) implements ClientReply {}

  /**
   * Sign of life of a client that waits: for pieces, for its turn to train, for its upload, for the
   * end of a measurement.
   */
  record Waiting(RoundId id) implements ClientReply {}

  /**
   * Sign of life of a client that trains.
   *
   * @param meanLoss over the examples done so far in this round; empty where the client keeps it to
   *     itself
   */
  record Progress(RoundId id, long examplesDone, long examplesTotal, OptionalDouble meanLoss)
      implements ClientReply {}

  /**
   * The client has left its update.
   *
   * @param update bytes of {@link dev.weft.core.update.UpdateCodec}
   * @param training what the training measured about itself
   * @param seconds from when its turn came until the update was ready
   */
  record Uploaded(RoundId id, Artifact update, TrainingFigures training, double seconds)
      implements ClientReply {}

  /**
   * What a client counted on its held-out examples.
   *
   * @param state digest of what it measured
   */
  record Measured(RoundId id, Digest state, AnswerCounts counts) implements ClientReply {}

  /**
   * A client says nothing of how well a state does.
   *
   * @param state digest of what it was asked about
   * @param sentence for people
   */
  record NotMeasured(RoundId id, Digest state, Reason reason, String sentence)
      implements ClientReply {

    /** The answer of a client whose figures do not leave it. */
    public static NotMeasured withheld(RoundId id, Digest state) {
      return new NotMeasured(
          id,
          state,
          Reason.WITHHELD,
          "this site keeps such figures to itself (client.policy.losses)");
    }
  }

  /** Why a client says nothing of how well a state does. */
  enum Reason {
    /** It has no held-out examples. */
    NO_EXAMPLES,
    /** It keeps such figures to itself. */
    WITHHELD,
    /** It could not. */
    FAILED
  }

  /**
   * The client cannot deliver.
   *
   * @param code code of the {@link dev.weft.core.error.Problem}
   * @param sentence what went wrong, in one sentence without the code
   */
  record Failed(RoundId id, String code, String sentence) implements ClientReply {}
}
