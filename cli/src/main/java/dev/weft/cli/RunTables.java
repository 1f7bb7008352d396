package dev.weft.cli;

import dev.weft.simulation.report.CentralizedReference;
import dev.weft.simulation.report.ComparisonReport;
import dev.weft.simulation.report.RoundRow;
import dev.weft.simulation.report.RunReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The short tables at the end of a run. */
final class RunTables {
  private static final String NONE = "–";

  private RunTables() {}

  static List<String> of(RunReport report) {
    if (report.last().isEmpty()) {
      return List.of("no round was committed");
    }
    List<String> lines = new ArrayList<>();
    RoundRow last = report.last().get();
    Table table =
        new Table("", "accuracy", "macro-F1")
            .row(
                report.method() + " after round " + last.round(),
                Figures.score(last.accuracy()),
                Figures.score(last.macroF1()));
    report.centralized().ifPresent(reference -> compare(table, last, reference));
    lines.add("");
    lines.addAll(table.lines());
    lines.add("");
    lines.add(
        Figures.format(
            "sent     %s up, %s down in %s",
            Figures.bytes(report.rounds().stream().mapToLong(RoundRow::bytesUp).sum()),
            Figures.bytes(report.rounds().stream().mapToLong(RoundRow::bytesDown).sum()),
            Figures.counted(report.rounds().size(), "round")));
    lines.add(
        Figures.format(
            "speed    %.0f examples/s, %s in all",
            report.examplesPerSecond(), Figures.seconds(report.wallSeconds())));
    lines.add("adapter  " + report.adapterDigest());
    return lines;
  }

  static List<String> of(ComparisonReport report) {
    Table table =
        new Table(
            "method",
            "accuracy",
            "macro-F1",
            "up/round",
            "down/round",
            "up total",
            "down total",
            "aggregation error",
            "fixed-point bound",
            "time");
    report.methods().forEach(run -> row(table, run));
    report
        .centralized()
        .ifPresent(
            reference ->
                table.row(
                    "centralized",
                    Figures.score(reference.accuracy()),
                    Figures.score(reference.macroF1()),
                    NONE,
                    NONE,
                    NONE,
                    NONE,
                    NONE,
                    NONE,
                    NONE));
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.addAll(table.lines());
    lines.add("");
    return lines;
  }

  private static void compare(Table table, RoundRow last, CentralizedReference reference) {
    table
        .row(
            "centralized, same budget",
            Figures.score(reference.accuracy()),
            Figures.score(reference.macroF1()))
        .row(
            "distance",
            Figures.format("%+.3f", last.accuracy() - reference.accuracy()),
            Figures.format("%+.3f", last.macroF1() - reference.macroF1()));
  }

  private static void row(Table table, ComparisonReport.MethodRun run) {
    Optional<RoundRow> last = run.last();
    if (last.isEmpty()) {
      table.row(run.method(), NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE);
      return;
    }
    table.row(
        run.method(),
        Figures.score(last.get().accuracy()),
        Figures.score(last.get().macroF1()),
        Figures.bytes(last.get().bytesUp()),
        Figures.bytes(last.get().bytesDown()),
        Figures.bytes(run.bytesUp()),
        Figures.bytes(run.bytesDown()),
        Figures.error(
            run.rounds().stream().mapToDouble(RoundRow::aggregationError).max().orElse(0)),
        Figures.error(run.rounds().stream().mapToDouble(RoundRow::fixedPointBound).max().orElse(0)),
        Figures.seconds(run.wallSeconds()));
  }
}
