package dev.weft.protocol;

import dev.weft.core.artifact.Artifact;
import dev.weft.core.metrics.TrainingFigures;

/**
 * What a client says to a round; who it is is known from where it comes, see {@link FromClient}.
 */
public sealed interface ClientReply {

  RoundId id();

  /** The client takes part. */
  record Accepted(RoundId id) implements ClientReply {}

  /** The client does not take part; the reason is one sentence. */
  record Declined(RoundId id, String reason) implements ClientReply {}

  /** Sign of life of a client that waits: for pieces, for its turn to train, for its upload. */
  record Waiting(RoundId id) implements ClientReply {}

  /**
   * Sign of life of a client that trains.
   *
   * @param meanLoss over the examples done so far in this round
   */
  record Progress(RoundId id, long examplesDone, long examplesTotal, double meanLoss)
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
   * The client cannot deliver.
   *
   * @param code code of the {@link dev.weft.core.error.Problem}
   * @param sentence what went wrong, in one sentence without the code
   */
  record Failed(RoundId id, String code, String sentence) implements ClientReply {}
}
