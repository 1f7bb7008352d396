package dev.weft.protocol;

import dev.weft.core.artifact.Artifact;
import dev.weft.core.metrics.TrainingFigures;

/** What a client says to a round. */
public sealed interface ClientReply {

  /** Name of the site. */
  String client();

  RoundId id();

  /** The client takes part. */
  record Accepted(String client, RoundId id) implements ClientReply {}

  /** The client does not take part; the reason is one sentence. */
  record Declined(String client, RoundId id, String reason) implements ClientReply {}

  /** Sign of life of a client that waits: for pieces, for its turn to train, for its upload. */
  record Waiting(String client, RoundId id) implements ClientReply {}

  /**
   * Sign of life of a client that trains.
   *
   * @param meanLoss over the examples done so far in this round
   */
  record Progress(String client, RoundId id, long examplesDone, long examplesTotal, double meanLoss)
      implements ClientReply {}

  /**
   * The client has left its update.
   *
   * @param update bytes of {@link dev.weft.core.update.UpdateCodec}
   * @param training what the training measured about itself
   * @param seconds from when its turn came until the update was ready
   */
  record Uploaded(
      String client, RoundId id, Artifact update, TrainingFigures training, double seconds)
      implements ClientReply {}

  /**
   * The client cannot deliver.
   *
   * @param code code of the {@link dev.weft.core.error.Problem}
   * @param sentence what went wrong, in one sentence without the code
   */
  record Failed(String client, RoundId id, String code, String sentence) implements ClientReply {}
}
