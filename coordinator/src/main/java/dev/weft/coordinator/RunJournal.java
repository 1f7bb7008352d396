package dev.weft.coordinator;

import dev.weft.core.Text;
import dev.weft.core.metrics.Evaluation;

/**
 * What a run remembers. Events are small: tensors are in the artifact store, durable before an
 * event names them.
 */
public final class RunJournal {
  private RunJournal() {}

  /** What happened, in the order of the journal. */
  public sealed interface Event {}

  /** The state before the first round is durable and measured. */
  public record RunStarted(Checkpoint initial, Evaluation evaluation) implements Event {}

  public record RoundStarted(int round, int attempt) implements Event {}

  public record RoundCommitted(Checkpoint checkpoint, RoundMetrics metrics) implements Event {}

  public record RunFinished() implements Event {}

  /** The run gave up; when it is started again it tries the same round anew. */
  public record RunFailed(String reason) implements Event {}

  /** What the events amount to. */
  public sealed interface State {

    /** Nothing is durable yet. */
    record Fresh() implements State {}

    /**
     * Rounds are being played.
     *
     * @param attempts how often the round after {@code last} was started
     */
    record Playing(Checkpoint first, Checkpoint last, int attempts) implements State {}

    /** All rounds are committed. */
    record Finished(Checkpoint first, Checkpoint last) implements State {}

    /**
     * @throws IllegalStateException if the event cannot follow, which means a damaged journal
     */
    default State after(Event event) {
      if (this instanceof Fresh && event instanceof RunStarted started) {
        return new Playing(started.initial(), started.initial(), 0);
      }
      if (event instanceof RunFailed) {
        return this;
      }
      if (this instanceof Playing playing) {
        if (event instanceof RoundStarted started) {
          return new Playing(playing.first(), playing.last(), started.attempt());
        }
        if (event instanceof RoundCommitted committed) {
          return new Playing(playing.first(), committed.checkpoint(), 0);
        }
        if (event instanceof RunFinished) {
          return new Finished(playing.first(), playing.last());
        }
      }
      throw new IllegalStateException(Text.format("%s cannot follow %s", event, this));
    }
  }
}
