package dev.weft.cli;

import dev.weft.coordinator.RoundMetrics;
import dev.weft.coordinator.RunEvent;
import dev.weft.core.Text;
import dev.weft.core.metrics.Evaluation;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Shows a run as it goes: a live bar on a terminal, and one lasting line per committed round,
 * printed when its result was measured or could not be.
 */
final class RunView implements Consumer<RunEvent> {
  private static final int BAR_CELLS = 20;
  private static final double NANOS = 1e9;
  private static final String NOT_MEASURED = "test loss not measured";

  private final LiveLine live;
  private final int rounds;
  private final Map<String, RunEvent.ClientProgress> training = new HashMap<>();
  private int round;
  private int cohort;
  private int delivered;
  private long roundStarted = System.nanoTime();
  private Optional<RoundMetrics> committed = Optional.empty();

  RunView(LiveLine live, int rounds) {
    this.live = live;
    this.rounds = rounds;
  }

  @Override
  public synchronized void accept(RunEvent event) {
    if (event instanceof RunEvent.RunStarted) {
      return;
    }
    if (event instanceof RunEvent.RoundStarted started) {
      begin(started);
    } else if (event instanceof RunEvent.ClientProgress progress) {
      training.put(progress.client(), progress);
    } else if (event instanceof RunEvent.ClientDelivered) {
      delivered++;
    } else if (event instanceof RunEvent.ClientDropped dropped) {
      live.print("  " + dropped.sentence());
    } else if (event instanceof RunEvent.RoundCommitted round) {
      committed = Optional.of(round.metrics());
    } else if (event instanceof RunEvent.Evaluated evaluated) {
      conclude(evaluated.round(), scores(evaluated.evaluation()));
      return;
    } else if (event instanceof RunEvent.EvaluationFailed failed) {
      conclude(failed.round(), NOT_MEASURED);
      live.print("  not measured: " + failed.sentence());
      return;
    } else if (event instanceof RunEvent.RunEnded) {
      concludeRound(NOT_MEASURED);
      live.clear();
      return;
    }
    live.show(status());
  }

  /** The line of a state, whose round is 0 before the first. */
  private void conclude(int ofRound, String measured) {
    if (ofRound == 0) {
      live.print("start      " + measured);
    } else {
      concludeRound(measured);
    }
  }

  private void concludeRound(String measured) {
    committed.ifPresent(metrics -> live.print(line(metrics, measured)));
    committed = Optional.empty();
  }

  private void begin(RunEvent.RoundStarted started) {
    round = started.round();
    cohort = started.cohort().size();
    delivered = 0;
    training.clear();
    roundStarted = System.nanoTime();
  }

  private String status() {
    long done = training.values().stream().mapToLong(RunEvent.ClientProgress::examplesDone).sum();
    double lossSum =
        training.values().stream().mapToDouble(p -> p.meanLoss() * p.examplesDone()).sum();
    double share =
        training.values().stream()
                .mapToDouble(p -> (double) p.examplesDone() / Math.max(1, p.examplesTotal()))
                .sum()
            / Math.max(1, cohort);
    double seconds = Math.max(1e-3, (System.nanoTime() - roundStarted) / NANOS);
    String figures =
        done == 0
            ? ""
            : Text.format(
                "  %.0f examples/s  loss %s", done / seconds, Figures.score(lossSum / done));
    String phase = delivered == cohort ? "  aggregating and evaluating" : "";
    return Text.format(
        "round %d/%d %s %d/%d clients%s%s",
        round, rounds, LiveLine.bar(share, BAR_CELLS), delivered, cohort, figures, phase);
  }

  private String line(RoundMetrics metrics, String measured) {
    return Text.format(
        "round %d/%d  loss %s  %s  up %s  down %s  aggregation error %s (fixed-point bound %s)  %s",
        metrics.round(),
        rounds,
        Figures.score(metrics.trainLoss()),
        measured,
        Figures.bytes(metrics.bytesUp()),
        Figures.bytes(metrics.bytesDown()),
        Figures.error(metrics.aggregationError()),
        Figures.error(metrics.fixedPointBound()),
        Figures.seconds(metrics.seconds()));
  }

  private static String scores(Evaluation evaluation) {
    return evaluation.scores().entrySet().stream()
        .map(score -> "  " + score.getKey().label() + " " + Figures.score(score.getValue()))
        .collect(Collectors.joining("", "test loss " + Figures.score(evaluation.loss()), ""));
  }
}
