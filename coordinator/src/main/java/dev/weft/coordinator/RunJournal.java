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

  /**
   * The state before the first round is durable.
   *
   * @param identity what the run must be whenever it goes on
   */
  public record RunStarted(RunIdentity identity, Checkpoint initial) implements Event {}

  public record RoundStarted(int round, int attempt) implements Event {}

  public record RoundCommitted(Checkpoint checkpoint, RoundMetrics metrics) implements Event {}

  /**
   * The last durable state was measured.
   *
   * @param round that led to it; 0 for the state before the first
   */
  public record Evaluated(int round, Evaluation evaluation) implements Event {}

  /** The last durable state could not be measured; it stands all the same. */
  public record EvaluationFailed(int round, String reason) implements Event {}

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
     * @param measured whether {@code last} was evaluated, or could not be
     * @param attempts how often the round after {@code last} was started
     */
    record Playing(RunIdentity identity, Checkpoint last, boolean measured, int attempts)
        implements State {}

    /** All rounds are committed. */
    record Finished(RunIdentity identity, Checkpoint last) implements State {}

    /**
     * @throws IllegalStateException if the event cannot follow, which means a damaged journal
     */
    default State after(Event event) {
      if (this instanceof Fresh && event instanceof RunStarted started) {
        return new Playing(started.identity(), started.initial(), false, 0);
      }
      if (event instanceof RunFailed) {
        return this;
      }
      if (this instanceof Playing playing) {
        if (event instanceof Evaluated || event instanceof EvaluationFailed) {
          return new Playing(playing.identity(), playing.last(), true, playing.attempts());
        }
        if (event instanceof RoundStarted started) {
          return new Playing(playing.identity(), playing.last(), true, started.attempt());
        }
        if (event instanceof RoundCommitted committed) {
          return new Playing(playing.identity(), committed.checkpoint(), false, 0);
        }
        if (event instanceof RunFinished) {
          return new Finished(playing.identity(), playing.last());
        }
      }
      throw new IllegalStateException(Text.format("%s cannot follow %s", event, this));
    }
  }
}
