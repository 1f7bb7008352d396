package dev.weft.cli;

import dev.weft.core.Amounts;
import dev.weft.core.Text;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.Metric;
import dev.weft.core.metrics.SitesEvaluation;
import dev.weft.federation.report.ComparisonReport;
import dev.weft.federation.report.MeasuredRound;
import dev.weft.federation.report.RunReport;
import dev.weft.federation.report.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The short tables at the end of a run. */
final class RunTables {
  private static final String NONE = "–";

  private RunTables() {}

  static List<String> of(RunReport report) {
    if (report.last().isEmpty()) {
      return List.of("no round was committed");
    }
    List<String> lines = new ArrayList<>();
    if (report.measuredHere() || report.centralized().isPresent()) {
      lines.add("");
      lines.addAll(measured(report, report.last().get()).lines());
    }
    lines.add("");
    report.last().get().atSites().ifPresent(asked -> lines.addAll(atSites(asked)));
    lines.add(
        Text.format(
            "sent     %s up, %s down in %s",
            Amounts.bytes(report.rounds().stream().mapToLong(row -> row.metrics().bytesUp()).sum()),
            Amounts.bytes(report.bytesDown()),
            Figures.counted(report.rounds().size(), "round")));
    report.unmeasured().ifPresent(why -> lines.add("error    of aggregation not measured: " + why));
    lines.add(
        "speed    " + Amounts.rate(report.examplesPerSecond()) + " examples/s while rounds are on");
    lines.add(time(report.timing()));
    lines.add("adapter  " + report.adapterDigest());
    return lines;
  }

  /** What sites measured of the last state, and who did not. */
  private static List<String> atSites(SitesEvaluation asked) {
    List<String> lines = new ArrayList<>();
    asked
        .pooled()
        .ifPresent(
            pooled -> {
              lines.add(
                  Text.format(
                      "sites    test loss %s (%s to %s), accuracy %s to %s on %s of %s",
                      Figures.score(pooled.mean().loss()),
                      Figures.score(pooled.loss().least()),
                      Figures.score(pooled.loss().most()),
                      Figures.score(pooled.accuracy().least()),
                      Figures.score(pooled.accuracy().most()),
                      Figures.counted(pooled.mean().examples(), "held-out example"),
                      String.join(", ", pooled.sites())));
              pooled
                  .mean()
                  .scores()
                  .forEach(
                      (metric, score) ->
                          lines.add(
                              Text.format(
                                  "         mean %s %s", metric.label(), Figures.score(score))));
            });
    if (!asked.withheld().isEmpty()) {
      lines.add("withheld by " + String.join(", ", asked.withheld()));
    }
    asked.missing().forEach((site, why) -> lines.add(Text.format("missing  %s: %s", site, why)));
    return lines;
  }

  /** The start, the last round, and the mark they are measured by. */
  private static Table measured(RunReport report, MeasuredRound last) {
    List<Metric> metrics = report.metrics();
    List<String> labels = new ArrayList<>(List.of("", "test loss"));
    metrics.forEach(metric -> labels.add(metric.label()));
    Table table = new Table(labels.toArray(String[]::new));
    report
        .start()
        .evaluation()
        .ifPresent(start -> table.row(measured("start", metrics, start.loss(), scores(start))));
    table.row(
        measured(
            report.method() + " after round " + last.metrics().round(),
            metrics,
            last.testLoss(),
            last::score));
    report
        .centralized()
        .ifPresent(
            reference -> {
              table.row(
                  measured(
                      "centralized, same budget", metrics, reference.loss(), scores(reference)));
              table.row(distance(last, reference, metrics));
            });
    return table;
  }

  static List<String> of(ComparisonReport report) {
    List<Metric> metrics = report.metrics();
    Table table =
        new Table(
            row(
                "method",
                metrics,
                Metric::label,
                "up/round",
                "down/round",
                "up total",
                "down total",
                "aggregation error",
                "fixed-point bound",
                "time"));
    report.methods().forEach(run -> table.row(row(run, metrics)));
    report
        .centralized()
        .ifPresent(
            reference ->
                table.row(
                    row(
                        "centralized",
                        metrics,
                        reached(reference),
                        NONE,
                        NONE,
                        NONE,
                        NONE,
                        NONE,
                        NONE,
                        NONE)));
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.addAll(table.lines());
    lines.add("");
    report
        .methods()
        .forEach(
            run ->
                run.unmeasured()
                    .ifPresent(
                        why ->
                            lines.add(
                                Text.format(
                                    "error    of %s not measured: %s", run.method(), why))));
    lines.add(time(report.timing()));
    return lines;
  }

  /** The whole, from the command's start, and what it is the sum of. */
  private static String time(Timing timing) {
    return Text.format(
        "time     %s in all: %s",
        Figures.seconds(timing.seconds()),
        timing.phases().stream()
            .map(phase -> phase.name() + " " + Figures.seconds(phase.seconds()))
            .collect(Collectors.joining(", ")));
  }

  private static String[] row(ComparisonReport.MethodRun run, List<Metric> metrics) {
    if (run.last().isEmpty()) {
      return row(run.method(), metrics, metric -> NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE);
    }
    MeasuredRound last = run.last().get();
    return row(
        run.method(),
        metrics,
        metric -> cell(last.score(metric)),
        Amounts.bytes(last.metrics().bytesUp()),
        Amounts.bytes(last.metrics().bytesDown()),
        Amounts.bytes(run.bytesUp()),
        Amounts.bytes(run.bytesDown()),
        Figures.error(
            run.rounds().stream()
                .mapToDouble(row -> row.metrics().aggregationError())
                .max()
                .orElse(0)),
        Figures.error(
            run.rounds().stream()
                .mapToDouble(row -> row.metrics().fixedPointBound())
                .max()
                .orElse(0)),
        Figures.seconds(run.wallSeconds()));
  }

  /** A name, a cell per metric, and what else the row has. */
  private static String[] row(
      String name, List<Metric> metrics, Function<Metric, String> cell, String... others) {
    List<String> cells = new ArrayList<>(List.of(name));
    metrics.forEach(metric -> cells.add(cell.apply(metric)));
    cells.addAll(List.of(others));
    return cells.toArray(String[]::new);
  }

  private static Function<Metric, String> reached(Evaluation reference) {
    return metric -> cell(scores(reference).applyAsDouble(metric));
  }

  private static ToDoubleFunction<Metric> scores(Evaluation evaluation) {
    return metric -> evaluation.score(metric).orElse(Double.NaN);
  }

  /** A name, the loss on held-out examples and a cell per metric. */
  private static String[] measured(
      String name, List<Metric> metrics, double loss, ToDoubleFunction<Metric> scores) {
    List<String> cells = new ArrayList<>(List.of(name, cell(loss)));
    metrics.forEach(metric -> cells.add(cell(scores.applyAsDouble(metric))));
    return cells.toArray(String[]::new);
  }

  /** Empty cells where the last round was not measured. */
  private static String[] distance(MeasuredRound last, Evaluation reference, List<Metric> metrics) {
    List<String> cells = new ArrayList<>(List.of("distance"));
    cells.add(difference(last.testLoss(), reference.loss()));
    for (Metric metric : metrics) {
      cells.add(difference(last.score(metric), scores(reference).applyAsDouble(metric)));
    }
    return cells.toArray(String[]::new);
  }

  private static String difference(double here, double there) {
    return Double.isNaN(here) ? NONE : Text.format("%+.3f", here - there);
  }

  private static String cell(double measured) {
    return Double.isNaN(measured) ? NONE : Figures.score(measured);
  }
}
