package dev.weft.cli;

import dev.weft.coordinator.RoundMetrics;
import dev.weft.coordinator.RunEvent;
import dev.weft.core.Amounts;
import dev.weft.core.Text;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.SitesEvaluation;
import dev.weft.federation.report.Findings;
import dev.weft.federation.report.MeasuredRound;
import dev.weft.federation.report.Measurements;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Shows a run as it goes: a live bar on a terminal, and one lasting line per committed round,
 * printed when its result was measured or could not be.
 */
final class RunView implements Consumer<RunEvent>, Measurements.Keeper {
  private static final int BAR_CELLS = 20;
  private static final double NANOS = 1e9;
  private static final String NOT_MEASURED = "test loss not measured";
  private static final String GAP = "  ";

  private final LiveLine live;
  private final int rounds;
  private final Map<String, RunEvent.ClientProgress> training = new HashMap<>();
  private int round;
  private int cohort;
  private int delivered;
  private long roundStarted = System.nanoTime();
  private final Measurements measurements = new Measurements(this);

  RunView(LiveLine live, int rounds) {
    this.live = live;
    this.rounds = rounds;
  }

  @Override
  public synchronized void accept(RunEvent event) {
    if (event instanceof RunEvent.Resumed) {
      live.print("going on with the run; what it has committed:");
    }
    measurements.accept(event);
    if (event instanceof RunEvent.RoundStarted started) {
      begin(started);
    } else if (event instanceof RunEvent.ClientProgress progress) {
      training.put(progress.client(), progress);
    } else if (event instanceof RunEvent.ClientDelivered) {
      delivered++;
    } else if (event instanceof RunEvent.ClientDropped dropped) {
      live.print("  " + dropped.sentence());
    } else if (event instanceof RunEvent.EvaluationFailed failed) {
      live.print("  not measured: " + failed.sentence());
    } else if (event instanceof RunEvent.RoundFailed failed) {
      live.print("  " + failed.sentence());
    } else if (event instanceof RunEvent.JournalFailed failed) {
      live.print("  " + failed.sentence());
    }
    if (isAtWork(event)) {
      live.show(status());
    } else if (event instanceof RunEvent.RunEnded) {
      live.clear();
    }
  }

  /** Whether a round is under way after the event. */
  private static boolean isAtWork(RunEvent event) {
    return !(event instanceof RunEvent.RunStarted
        || event instanceof RunEvent.Resumed
        || event instanceof RunEvent.RoundFailed
        || event instanceof RunEvent.JournalFailed
        || event instanceof RunEvent.Evaluated
        || event instanceof RunEvent.EvaluationFailed
        || event instanceof RunEvent.EvaluatedAtSites
        || event instanceof RunEvent.RunEnded);
  }

  @Override
  public void start(Findings findings) {
    String found = words(findings);
    if (!found.isEmpty()) {
      live.print("start      " + found);
    }
  }

  @Override
  public void round(MeasuredRound round) {
    live.print(line(round.metrics(), words(round.findings())));
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
    List<RunEvent.ClientProgress> telling =
        training.values().stream().filter(p -> p.meanLoss().isPresent()).toList();
    double lossSum =
        telling.stream().mapToDouble(p -> p.meanLoss().getAsDouble() * p.examplesDone()).sum();
    long lossExamples = telling.stream().mapToLong(RunEvent.ClientProgress::examplesDone).sum();
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
                "  %s examples/s  loss %s",
                Amounts.rate(done / seconds), loss(lossSum / lossExamples));
    String phase = delivered == cohort ? "  aggregating and evaluating" : "";
    return Text.format(
        "round %d/%d %s %d/%d clients%s%s",
        round, rounds, LiveLine.bar(share, BAR_CELLS), delivered, cohort, figures, phase);
  }

  private String line(RoundMetrics metrics, String measured) {
    return Text.format(
        "round %d/%d  loss %s  %sup %s  down %s  aggregation error %s (fixed-point bound %s)  %s",
        metrics.round(),
        rounds,
        loss(metrics.trainLoss()),
        measured.isEmpty() ? "" : measured + GAP,
        Amounts.bytes(metrics.bytesUp()),
        Amounts.bytes(metrics.bytesDown()),
        Figures.error(metrics.aggregationError()),
        Figures.error(metrics.fixedPointBound()),
        Figures.seconds(metrics.seconds()));
  }

  /** Clients may keep theirs to themselves. */
  private static String loss(double mean) {
    return Double.isNaN(mean) ? "withheld" : Figures.score(mean);
  }

  /** What was found out, the coordinator's own first; empty if nothing was to be. */
  private static String words(Findings findings) {
    return Stream.of(
            findings
                .evaluation()
                .map(RunView::scores)
                .or(() -> findings.failure().map(failure -> NOT_MEASURED)),
            findings.atSites().map(RunView::atSites))
        .flatMap(Optional::stream)
        .collect(Collectors.joining(GAP));
  }

  private static String atSites(SitesEvaluation asked) {
    List<String> words = new ArrayList<>();
    words.add(
        asked
            .pooled()
            .map(
                pooled ->
                    Text.format(
                        "at %s: %s (accuracy %s to %s)",
                        Figures.counted(pooled.sites().size(), "site"),
                        scores(pooled.mean()),
                        Figures.score(pooled.accuracy().least()),
                        Figures.score(pooled.accuracy().most())))
            .orElse("not measured at any site"));
    if (!asked.withheld().isEmpty()) {
      words.add(asked.withheld().size() + " withheld");
    }
    if (!asked.missing().isEmpty()) {
      words.add(asked.missing().size() + " missing");
    }
    return String.join(", ", words);
  }

  private static String scores(Evaluation evaluation) {
    return evaluation.scores().entrySet().stream()
        .map(score -> "  " + score.getKey().label() + " " + Figures.score(score.getValue()))
        .collect(Collectors.joining("", "test loss " + Figures.score(evaluation.loss()), ""));
  }
}
