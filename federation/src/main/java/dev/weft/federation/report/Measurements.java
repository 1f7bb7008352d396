package dev.weft.federation.report;

import dev.weft.coordinator.RoundMetrics;
import dev.weft.coordinator.RunEvent;
import dev.weft.core.metrics.Evaluation;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Joins what a run says at a round's commit with what it says after its measurement. Every
 * committed round is handed on once: when it is measured, when that has failed, or when the run
 * ends before.
 */
public final class Measurements implements Consumer<RunEvent> {

  /** Who keeps what was measured. */
  public interface Keeper {

    /**
     * @param evaluation of the state before round 1; empty if it could not be measured
     */
    void start(Optional<Evaluation> evaluation);

    void round(MeasuredRound round);
  }

  private final Keeper keeper;
  private Optional<RoundMetrics> committed = Optional.empty();

  public Measurements(Keeper keeper) {
    this.keeper = keeper;
  }

  @Override
  public void accept(RunEvent event) {
    if (event instanceof RunEvent.Resumed resumed) {
      resumed.told().forEach(this);
    } else if (event instanceof RunEvent.RoundCommitted round) {
      committed = Optional.of(round.metrics());
    } else if (event instanceof RunEvent.Evaluated evaluated) {
      measured(evaluated.round(), Optional.of(evaluated.evaluation()));
    } else if (event instanceof RunEvent.EvaluationFailed failed) {
      measured(failed.round(), Optional.empty());
    } else if (event instanceof RunEvent.RunEnded) {
      handOn(Optional.empty());
    }
  }

  private void measured(int round, Optional<Evaluation> evaluation) {
    if (round == 0) {
      keeper.start(evaluation);
    } else {
      handOn(evaluation);
    }
  }

  private void handOn(Optional<Evaluation> evaluation) {
    committed.ifPresent(metrics -> keeper.round(new MeasuredRound(metrics, evaluation)));
    committed = Optional.empty();
  }
}
