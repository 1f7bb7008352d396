package dev.weft.coordinator;

import dev.weft.protocol.ClientReply;
import dev.weft.protocol.RoundId;

/** What the rules of a round ask its actor to do. */
sealed interface RoundEffect {

  /** Ask the client to take part. */
  record Offer(String client) implements RoundEffect {}

  /** Ask the client to train. */
  record Train(String client) implements RoundEffect {}

  /** Read the update and add it to the sum. */
  record AddToSum(ClientReply.Uploaded upload) implements RoundEffect {}

  record Acknowledge(String client) implements RoundEffect {}

  /**
   * @param id the attempt that the late message spoke of
   */
  record AnswerTooLate(String client, RoundId id) implements RoundEffect {}

  record CancelClient(String client, String reason) implements RoundEffect {}

  /** Start waiting, anew if the same wait is under way. */
  record Await(Deadline deadline) implements RoundEffect {}

  record StopWaiting(Deadline deadline) implements RoundEffect {}

  record Report(RunEvent event) implements RoundEffect {}

  /** Finish the sum and go from it to the next global state. */
  record FinishSum() implements RoundEffect {}

  /** Tell the run how the round ended. */
  record Conclude(Round.Outcome outcome) implements RoundEffect {}

  /** What a round waits for at most so long. */
  sealed interface Deadline {

    /** Answers to the offer. */
    record Answers() implements Deadline {}

    /** The next sign of life of a client that trains. */
    record SignOfLife(String client) implements Deadline {}

    /** The finished sum. */
    record Sum() implements Deadline {}
  }
}
