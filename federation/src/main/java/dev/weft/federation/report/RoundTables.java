package dev.weft.federation.report;

import static java.lang.Double.NaN;

import dev.weft.core.Text;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.Metric;
import dev.weft.federation.report.ComparisonReport.MethodRun;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The numbers behind the figures. */
final class RoundTables {
  private RoundTables() {}

  static String rounds(RunReport report) {
    List<Metric> metrics = report.metrics();
    boolean measured = report.measuredHere();
    StringBuilder rows = new StringBuilder();
    report.start().evaluation().ifPresent(evaluation -> rows.append(start(evaluation, metrics)));
    for (MeasuredRound row : report.rounds()) {
      List<String> cells = new ArrayList<>();
      cells.add(Integer.toString(row.metrics().round()));
      cells.add(Quantity.score(row.metrics().trainLoss()));
      if (measured) {
        cells.add(Quantity.score(row.testLoss()));
      }
      metrics.forEach(metric -> cells.add(Quantity.score(row.score(metric))));
      cells.add(Quantity.bytes(row.metrics().bytesUp()));
      cells.add(Quantity.bytes(row.metrics().bytesDown()));
      cells.add(Quantity.scientific(row.metrics().aggregationError()));
      cells.add(Quantity.scientific(row.metrics().fixedPointBound()));
      cells.add(Quantity.duration(row.metrics().seconds()));
      rows.append(Html.row(cells));
    }
    List<String> heading = new ArrayList<>(List.of("round", "loss"));
    if (measured) {
      heading.add("test loss");
    }
    metrics.forEach(metric -> heading.add(metric.label()));
    heading.addAll(List.of("up", "down", "aggregation error", "rounding bound", "time"));
    return "<h2>Rounds</h2>\n"
        + "<p class=\"note\">Loss is the clients' mean while they trained, of those that say"
        + " theirs. Aggregation error is the distance of the global change from the clients'"
        + " weighted mean change; rounding bound is how far fixed-point numbers can have"
        + " moved that mean. Both are relative."
        + report.unmeasured().map(why -> unmeasured("They were", why)).orElse("")
        + "</p>\n"
        + table("Rounds", "rows", heading, rows);
  }

  static String methods(ComparisonReport report) {
    List<MethodRun> methods = report.methods();
    List<Metric> metrics = report.metrics();
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < methods.size(); i++) {
      MethodRun run = methods.get(i);
      List<String> cells = new ArrayList<>();
      cells.add(
          Text.format(
              "<span class=\"key c%d\"></span>%s", i % Plot.COLOURS, Html.escape(run.method())));
      metrics.forEach(
          metric ->
              cells.add(Quantity.score(run.last().map(row -> row.score(metric)).orElse(NaN))));
      cells.add(Quantity.bytes(run.bytesUp()));
      cells.add(Quantity.bytes(run.bytesDown()));
      cells.add(Quantity.scientific(worstError(run)));
      cells.add(Quantity.duration(run.wallSeconds()));
      rows.append(Html.row(cells));
    }
    report.centralized().ifPresent(mark -> rows.append(centralized(mark, metrics)));
    List<String> heading = new ArrayList<>(List.of("method"));
    metrics.forEach(metric -> heading.add(metric.label()));
    heading.addAll(List.of("up", "down", "aggregation error", "time"));
    return "<h2>Results</h2>\n"
        + "<p class=\"note\">After the last round; bytes are those of all clients and rounds;"
        + " aggregation error is the largest relative distance of a round's global change from the"
        + " clients' weighted mean change."
        + methods.stream()
            .flatMap(
                run ->
                    run
                        .unmeasured()
                        .map(why -> unmeasured("That of " + run.method() + " was", why))
                        .stream())
            .collect(Collectors.joining())
        + "</p>\n"
        + table("Results", "rows plain", heading, rows);
  }

  private static String unmeasured(String what, String why) {
    return Html.escape(Text.format(" %s not measured: %s.", what, why));
  }

  private static String start(Evaluation evaluation, List<Metric> metrics) {
    List<String> cells = new ArrayList<>(List.of("start", ""));
    cells.add(Quantity.score(evaluation.loss()));
    metrics.forEach(metric -> cells.add(Quantity.score(evaluation.score(metric).orElse(NaN))));
    cells.addAll(List.of("", "", "", "", ""));
    return Html.row(cells);
  }

  private static String centralized(Evaluation mark, List<Metric> metrics) {
    List<String> cells = new ArrayList<>(List.of("<span class=\"key\"></span>centralized"));
    metrics.forEach(metric -> cells.add(Quantity.score(mark.score(metric).orElse(NaN))));
    cells.addAll(List.of("", "", "", ""));
    return Html.row(cells);
  }

  private static double worstError(MethodRun run) {
    return run.rounds().stream()
        .mapToDouble(row -> row.metrics().aggregationError())
        .filter(Double::isFinite)
        .max()
        .orElse(NaN);
  }

  static String table(String name, String style, List<String> heading, CharSequence rows) {
    return Text.format(
        """
        <div class="scroll" role="region" tabindex="0" aria-label="%s">
        <table class="%s">%s<tbody>
        %s</tbody></table>
        </div>
        """,
        name, style, Html.heading(heading), rows);
  }
}
