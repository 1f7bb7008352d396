package dev.weft.coordinator;

import dev.weft.protocol.ClientReply;
import dev.weft.protocol.RoundId;

/** What the rules of a round ask its actor to do. */
sealed interface RoundEffect {

  void perform(Actions actions);

  /** What an actor of a round can do. */
  interface Actions {

    /** Asks the client to take part. */
    void offer(String client);

    /** Asks the client to train. */
    void train(String client);

    /** Reads the update and adds it to the sum. */
    void addToSum(String client, ClientReply.Uploaded upload);

    /** Finishes the sum and goes from it to the next global state. */
    void finishSum();

    void acknowledge(String client);

    /**
     * @param id the attempt that the late message spoke of
     */
    void answerTooLate(String client, RoundId id);

    void cancel(String client, String reason);

    /** Starts waiting, anew if the same wait is under way. */
    void await(Deadline deadline);

    void stopWaiting(Deadline deadline);

    void report(RunEvent event);

    /** Tells the run how the round ended. */
    void conclude(Round.Outcome outcome);
  }

  record Offer(String client) implements RoundEffect {
    @Override
    public void perform(Actions actions) {
      actions.offer(client);
    }
  }

  record Train(String client) implements RoundEffect {
    @Override
    public void perform(Actions actions) {
      actions.train(client);
    }
  }

  record AddToSum(String client, ClientReply.Uploaded upload) implements RoundEffect {
    @Override
    public void perform(Actions actions) {
      actions.addToSum(client, upload);
    }
  }

  record Acknowledge(String client) implements RoundEffect {
    @Override
    public void perform(Actions actions) {
      actions.acknowledge(client);
    }
  }

  record AnswerTooLate(String client, RoundId id) implements RoundEffect {
    @Override
    public void perform(Actions actions) {
      actions.answerTooLate(client, id);
    }
  }

  record CancelClient(String client, String reason) implements RoundEffect {
    @Override
    public void perform(Actions actions) {
      actions.cancel(client, reason);
    }
  }

  record Await(Deadline deadline) implements RoundEffect {
    @Override
    public void perform(Actions actions) {
      actions.await(deadline);
    }
  }

  record StopWaiting(Deadline deadline) implements RoundEffect {
    @Override
    public void perform(Actions actions) {
      actions.stopWaiting(deadline);
    }
  }

  record Report(RunEvent event) implements RoundEffect {
    @Override
    public void perform(Actions actions) {
      actions.report(event);
    }
  }

  record FinishSum() implements RoundEffect {
    @Override
    public void perform(Actions actions) {
      actions.finishSum();
    }
  }

  record Conclude(Round.Outcome outcome) implements RoundEffect {
    @Override
    public void perform(Actions actions) {
      actions.conclude(outcome);
    }
  }

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
