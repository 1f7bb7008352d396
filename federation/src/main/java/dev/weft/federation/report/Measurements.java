package dev.weft.federation.report;

import dev.weft.coordinator.RoundMetrics;
import dev.weft.coordinator.RunEvent;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Joins what a run says at a round's commit with what is found out about its result afterwards. The
 * start and every committed round are handed on once, when the run goes on from there or ends.
 */
public final class Measurements implements Consumer<RunEvent> {

  /** Who keeps what was measured. */
  public interface Keeper {

    /** The state before round 1. */
    void start(Findings findings);

    void round(MeasuredRound round);
  }

  private final Keeper keeper;
  private boolean started;
  private Optional<RoundMetrics> committed = Optional.empty();
  private Findings findings = Findings.NONE;

  public Measurements(Keeper keeper) {
    this.keeper = keeper;
  }

  @Override
  public void accept(RunEvent event) {
    if (event instanceof RunEvent.Resumed resumed) {
      resumed.told().forEach(this);
    } else if (event instanceof RunEvent.RunStarted) {
      started = true;
    } else if (event instanceof RunEvent.RoundCommitted round) {
      handOn();
      committed = Optional.of(round.metrics());
    } else if (event instanceof RunEvent.Evaluated evaluated) {
      findings = findings.with(evaluated.evaluation());
    } else if (event instanceof RunEvent.EvaluationFailed failed) {
      findings = findings.without(failed.sentence());
    } else if (event instanceof RunEvent.EvaluatedAtSites asked) {
      findings = findings.with(asked.evaluation());
    } else if (event instanceof RunEvent.RoundStarted || event instanceof RunEvent.RunEnded) {
      handOn();
    }
  }

  private void handOn() {
    if (started) {
      keeper.start(findings);
    }
    committed.ifPresent(metrics -> keeper.round(new MeasuredRound(metrics, findings)));
    started = false;
    committed = Optional.empty();
    findings = Findings.NONE;
  }
}
