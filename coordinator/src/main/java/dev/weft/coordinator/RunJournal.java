package dev.weft.coordinator;

import dev.weft.coordinator.store.Checkpoint;
import dev.weft.core.Text;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.SitesEvaluation;
import java.util.List;
import java.util.Optional;
import org.pcollections.PVector;
import org.pcollections.TreePVector;

/**
 * What a run remembers. Events are small: tensors are in the artifact store, durable before an
 * event names them.
 */
public final class RunJournal {
  private RunJournal() {}

  /** What happened, in the order of the journal. */
  public sealed interface Event {

    /** What whoever watches the run is told of it; empty if nothing. */
    default Optional<RunEvent> told() {
      return Optional.empty();
    }
  }

  /**
   * The state before the first round is durable.
   *
   * @param identity what the run must be whenever it goes on
   */
  public record RunStarted(RunIdentity identity, Checkpoint initial) implements Event {
    @Override
    public Optional<RunEvent> told() {
      return Optional.of(new RunEvent.RunStarted(initial.state()));
    }
  }

  /**
   * The cohort is about to be asked.
   *
   * @param cohort names of its clients
   */
  public record RoundStarted(int round, int attempt, List<String> cohort) implements Event {
    public RoundStarted {
      cohort = List.copyOf(cohort);
    }
  }

  /** A round came to nothing; the run tries it again. */
  public record RoundFailed(int round, int attempt, String reason) implements Event {
    @Override
    public Optional<RunEvent> told() {
      return Optional.of(new RunEvent.RoundFailed(round, attempt, reason));
    }
  }

  public record RoundCommitted(Checkpoint checkpoint, RoundMetrics metrics) implements Event {
    @Override
    public Optional<RunEvent> told() {
      return Optional.of(new RunEvent.RoundCommitted(metrics, checkpoint.state()));
    }
  }

  /**
   * The last durable state was measured by the coordinator.
   *
   * @param round that led to it; 0 for the state before the first
   */
  public record Evaluated(int round, Evaluation evaluation) implements Event {
    @Override
    public Optional<RunEvent> told() {
      return Optional.of(new RunEvent.Evaluated(round, evaluation));
    }
  }

  /** The last durable state could not be measured; it stands all the same. */
  public record EvaluationFailed(int round, String reason) implements Event {
    @Override
    public Optional<RunEvent> told() {
      return Optional.of(new RunEvent.EvaluationFailed(round, reason));
    }
  }

  /**
   * Sites were asked to measure the last durable state; they are not asked again.
   *
   * @param round that led to it; 0 for the state before the first
   */
  public record EvaluatedAtSites(int round, SitesEvaluation evaluation) implements Event {
    @Override
    public Optional<RunEvent> told() {
      return evaluation.silent()
          ? Optional.empty()
          : Optional.of(new RunEvent.EvaluatedAtSites(round, evaluation));
    }
  }

  public record RunFinished() implements Event {}

  /** The run gave up; when it is started again it tries the same round anew. */
  public record RunFailed(String reason) implements Event {}

  /** What the events amount to. */
  public sealed interface State {

    /** What was told of the run so far, in order. */
    PVector<RunEvent> told();

    /** Nothing is durable yet. */
    record Fresh() implements State {
      @Override
      public PVector<RunEvent> told() {
        return TreePVector.empty();
      }
    }

    /**
     * Rounds are being played.
     *
     * @param measured whether the coordinator has evaluated {@code last}, or could not
     * @param surveyed whether its sites were asked to
     * @param attempts how often the round after {@code last} was started
     * @param failures how often it has failed since the run was last started anew
     */
    record Playing(
        RunIdentity identity,
        Checkpoint last,
        boolean measured,
        boolean surveyed,
        int attempts,
        int failures,
        PVector<RunEvent> told)
        implements State {

      static Playing after(RunIdentity identity, Checkpoint committed, PVector<RunEvent> told) {
        return new Playing(identity, committed, false, false, 0, 0, told);
      }

      Playing measured(PVector<RunEvent> newTold) {
        return new Playing(identity, last, true, surveyed, attempts, failures, newTold);
      }

      Playing surveyed(PVector<RunEvent> newTold) {
        return new Playing(identity, last, measured, true, attempts, failures, newTold);
      }

      Playing attempted(int attempt) {
        return new Playing(identity, last, measured, surveyed, attempt, failures, told);
      }

      Playing failed(int newFailures, PVector<RunEvent> newTold) {
        return new Playing(identity, last, measured, surveyed, attempts, newFailures, newTold);
      }
    }

    /** All rounds are committed. */
    record Finished(RunIdentity identity, Checkpoint last, PVector<RunEvent> told)
        implements State {}

    /**
     * @throws IllegalStateException if the event cannot follow, which means a damaged journal
     */
    default State after(Event event) {
      PVector<RunEvent> told = event.told().map(told()::plus).orElse(told());
      if (this instanceof Fresh && event instanceof RunStarted started) {
        return Playing.after(started.identity(), started.initial(), told);
      }
      if (this instanceof Playing playing) {
        if (event instanceof Evaluated || event instanceof EvaluationFailed) {
          return playing.measured(told);
        }
        if (event instanceof EvaluatedAtSites) {
          return playing.surveyed(told);
        }
        if (event instanceof RoundStarted started) {
          return playing.attempted(started.attempt());
        }
        if (event instanceof RoundFailed) {
          return playing.failed(playing.failures() + 1, told);
        }
        if (event instanceof RoundCommitted committed) {
          return Playing.after(playing.identity(), committed.checkpoint(), told);
        }
        if (event instanceof RunFinished) {
          return new Finished(playing.identity(), playing.last(), told);
        }
        if (event instanceof RunFailed) {
          return playing.failed(0, told);
        }
      }
      if (event instanceof RunFailed) {
        return this;
      }
      throw new IllegalStateException(Text.format("%s cannot follow %s", event, this));
    }
  }
}
