package dev.weft.federation.metrics;

import dev.weft.coordinator.RoundMetrics;
import dev.weft.coordinator.RunEvent;
import dev.weft.coordinator.RunOutcome;
import dev.weft.core.error.WeftException;
import dev.weft.core.metrics.SitesEvaluation;
import dev.weft.core.metrics.Spread;
import dev.weft.federation.Versions;
import dev.weft.federation.coordinator.CoordinatorListener;
import dev.weft.federation.report.RunReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Figures of a coordinator since its process began. No figure is about one site's training. What
 * sites measured is there as the mean and spread over those that share theirs; where these are one
 * or two, that is as good as their own figures.
 */
public final class CoordinatorMetrics implements CoordinatorListener {
  private static final Pattern CODE = Pattern.compile("\\((W-[0-9]{4})\\)");
  private static final String NO_CODE = "none";

  /** How far a run is. */
  private enum State {
    RUNNING,
    COMPLETED,
    STOPPED,
    FAILED;

    static State of(RunOutcome outcome) {
      if (outcome instanceof RunOutcome.Completed) {
        return COMPLETED;
      }
      return outcome instanceof RunOutcome.Stopped ? STOPPED : FAILED;
    }
  }

  private record Shown(String name, State state, int rounds, int committed) {}

  /** What the sites last said of a state. */
  private Optional<SitesEvaluation> atSites = Optional.empty();

  private final Map<String, Long> failures = new TreeMap<>();
  private Optional<Shown> run = Optional.empty();
  private long roundsCommitted;
  private long roundsFailed;
  private double roundSeconds;
  private long bytesUp;
  private long bytesDown;

  @Override
  public void news(String line) {}

  @Override
  public synchronized void starting(
      String name, String method, int rounds, Path folder, List<String> warnings) {
    run = Optional.of(new Shown(name, State.RUNNING, rounds, 0));
    atSites = Optional.empty();
  }

  /** What a run had committed before this process began is its progress, and nobody's work here. */
  @Override
  public synchronized void happened(RunEvent event) {
    if (event instanceof RunEvent.Resumed resumed) {
      resumed.told().forEach(this::heardBefore);
    } else if (event instanceof RunEvent.RoundCommitted committed) {
      count(committed.metrics());
    } else if (event instanceof RunEvent.EvaluatedAtSites asked) {
      atSites = Optional.of(asked.evaluation());
      bytesDown += asked.evaluation().bytesDown();
    } else if (event instanceof RunEvent.RoundFailed failed) {
      roundsFailed++;
      failure(failed.sentence());
    } else if (event instanceof RunEvent.ClientDropped dropped) {
      failure(dropped.sentence());
    } else if (event instanceof RunEvent.EvaluationFailed failed) {
      failure(failed.sentence());
    } else if (event instanceof RunEvent.RunEnded ended) {
      run =
          run.map(
              on -> new Shown(on.name(), State.of(ended.outcome()), on.rounds(), on.committed()));
    }
  }

  private void heardBefore(RunEvent event) {
    if (event instanceof RunEvent.RoundCommitted committed) {
      progress(committed.metrics());
    } else if (event instanceof RunEvent.EvaluatedAtSites asked) {
      atSites = Optional.of(asked.evaluation());
    }
  }

  private void count(RoundMetrics round) {
    progress(round);
    roundsCommitted++;
    roundSeconds += round.seconds();
    bytesUp += round.bytesUp();
    bytesDown += round.bytesDown();
  }

  private void progress(RoundMetrics round) {
    run = run.map(on -> new Shown(on.name(), on.state(), on.rounds(), round.round()));
  }

  private void failure(String sentence) {
    Matcher code = CODE.matcher(sentence);
    failures.merge(code.find() ? code.group(1) : NO_CODE, 1L, Long::sum);
  }

  /** A run could not be played at all. */
  public synchronized void failed(WeftException failure) {
    failure(failure.sentence());
  }

  @Override
  public void reported(RunReport report) {}

  /**
   * All figures, as {@link MetricsText} writes them.
   *
   * @param sites empty where nobody knows, so that they are left out
   */
  synchronized String page(Optional<SitesNow> sites) {
    MetricsText text = new MetricsText();
    text.figure("weft_build_info", "gauge", "The version of Weft.")
        .sample("weft_build_info", Map.of("version", Versions.weft()), 1);
    sites.ifPresent(now -> write(now, text));
    run.ifPresent(shown -> write(shown, text));
    run.ifPresent(shown -> atSites.ifPresent(asked -> write(shown.name(), asked, text)));
    text.figure("weft_rounds_committed_total", "counter", "Rounds committed.")
        .sample("weft_rounds_committed_total", (double) roundsCommitted);
    text.figure("weft_rounds_failed_total", "counter", "Attempts at a round that failed.")
        .sample("weft_rounds_failed_total", (double) roundsFailed);
    text.figure("weft_round_seconds", "summary", "From a round's offer to its commit.")
        .sample("weft_round_seconds_sum", roundSeconds)
        .sample("weft_round_seconds_count", (double) roundsCommitted);
    text.figure("weft_received_bytes_total", "counter", "Updates received in committed rounds.")
        .sample("weft_received_bytes_total", (double) bytesUp);
    text.figure(
            "weft_sent_bytes_total",
            "counter",
            "Artifacts sent in committed rounds and measurements.")
        .sample("weft_sent_bytes_total", (double) bytesDown);
    text.figure("weft_failures_total", "counter", "Failures by code; docs/errors.md has them.");
    failures.forEach(
        (code, number) -> text.sample("weft_failures_total", Map.of("code", code), number));
    return text.toString();
  }

  private static void write(SitesNow sites, MetricsText text) {
    text.figure("weft_sites_joined", "gauge", "Sites that are members of the federation.")
        .sample("weft_sites_joined", sites.joined());
    text.figure("weft_sites_here", "gauge", "Sites that are connected now.")
        .sample("weft_sites_here", sites.here());
  }

  private static void write(String run, SitesEvaluation asked, MetricsText text) {
    Map<String, Integer> said = new TreeMap<>();
    said.put("measured", asked.pooled().map(pooled -> pooled.sites().size()).orElse(0));
    said.put("withheld", asked.withheld().size());
    said.put("missing", asked.missing().size());
    text.figure(
        "weft_run_sites_asked", "gauge", "Sites by what they said of the newest run's last state.");
    said.forEach(
        (what, sites) -> text.sample("weft_run_sites_asked", labels(run, "said", what), sites));
    asked
        .pooled()
        .ifPresent(
            pooled -> {
              write(
                  "weft_run_sites_test_loss",
                  "Loss on the sites' held-out examples.",
                  run,
                  pooled.mean().loss(),
                  pooled.loss(),
                  text);
              write(
                  "weft_run_sites_accuracy",
                  "Share of right answers on the sites' held-out examples.",
                  run,
                  pooled.meanAccuracy(),
                  pooled.accuracy(),
                  text);
            });
  }

  private static void write(
      String name, String help, String run, double mean, Spread spread, MetricsText text) {
    Map<String, Double> over = new TreeMap<>();
    over.put("mean", mean);
    over.put("min", spread.least());
    over.put("max", spread.most());
    over.put("deviation", spread.deviation());
    text.figure(name, "gauge", help);
    over.forEach((which, value) -> text.sample(name, labels(run, "of", which), value));
  }

  private static void write(Shown shown, MetricsText text) {
    text.figure("weft_run_state", "gauge", "1 for the state of the newest run.");
    for (State state : State.values()) {
      text.sample(
          "weft_run_state",
          labels(shown.name(), "state", state.name().toLowerCase(Locale.ROOT)),
          state == shown.state() ? 1 : 0);
    }
    Map<String, String> run = Map.of("run", shown.name());
    text.figure("weft_run_rounds", "gauge", "Rounds that the newest run has in all.")
        .sample("weft_run_rounds", run, shown.rounds());
    text.figure("weft_run_round", "gauge", "The newest run's last committed round.")
        .sample("weft_run_round", run, shown.committed());
  }

  /** In one order. */
  private static Map<String, String> labels(String run, String name, String value) {
    Map<String, String> labels = new TreeMap<>();
    labels.put("run", run);
    labels.put(name, value);
    return labels;
  }
}
