package dev.weft.simulation.report;

import dev.weft.simulation.report.ComparisonReport.MethodRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The numbers behind the figures. */
final class RoundTables {
  private RoundTables() {}

  static String rounds(List<RoundRow> rounds) {
    StringBuilder rows = new StringBuilder();
    for (RoundRow row : rounds) {
      rows.append(
          Html.row(
              List.of(
                  Integer.toString(row.round()),
                  Quantity.score(row.trainLoss()),
                  Quantity.score(row.accuracy()),
                  Quantity.score(row.macroF1()),
                  Quantity.bytes(row.bytesUp()),
                  Quantity.bytes(row.bytesDown()),
                  Quantity.scientific(row.aggregationError()),
                  Quantity.scientific(row.fixedPointBound()),
                  Quantity.duration(row.seconds()))));
    }
    return "<h2>Rounds</h2>\n"
        + "<p class=\"note\">Aggregation error is the distance of the global change from the"
        + " clients' weighted mean change; rounding bound is how far fixed-point numbers can"
        + " have moved that mean. Both are relative.</p>\n"
        + table(
            "Rounds",
            "rows",
            List.of(
                "round",
                "loss",
                "accuracy",
                "macro-F1",
                "up",
                "down",
                "aggregation error",
                "rounding bound",
                "time"),
            rows);
  }

  static String methods(List<MethodRun> methods, Optional<CentralizedReference> centralized) {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < methods.size(); i++) {
      MethodRun run = methods.get(i);
      List<String> cells = new ArrayList<>();
      cells.add(
          "<span class=\"key c%d\"></span>%s"
              .formatted(i % Plot.COLOURS, Html.escape(run.method())));
      cells.add(run.last().map(row -> Quantity.score(row.accuracy())).orElse("–"));
      cells.add(run.last().map(row -> Quantity.score(row.macroF1())).orElse("–"));
      cells.add(Quantity.bytes(run.bytesUp()));
      cells.add(Quantity.bytes(run.bytesDown()));
      cells.add(Quantity.scientific(worstError(run)));
      cells.add(Quantity.duration(run.wallSeconds()));
      rows.append(Html.row(cells));
    }
    centralized.ifPresent(
        mark ->
            rows.append(
                Html.row(
                    List.of(
                        "<span class=\"key\"></span>centralized",
                        Quantity.score(mark.accuracy()),
                        Quantity.score(mark.macroF1()),
                        "",
                        "",
                        "",
                        ""))));
    return "<h2>Results</h2>\n"
        + "<p class=\"note\">After the last round; bytes are those of all clients and rounds;"
        + " aggregation error is the largest relative distance of a round's global change from the"
        + " clients' weighted mean change.</p>\n"
        + table(
            "Results",
            "rows plain",
            List.of("method", "accuracy", "macro-F1", "up", "down", "aggregation error", "time"),
            rows);
  }

  private static double worstError(MethodRun run) {
    return run.rounds().stream()
        .mapToDouble(RoundRow::aggregationError)
        .filter(Double::isFinite)
        .max()
        .orElse(Double.NaN);
  }

  private static String table(String name, String style, List<String> heading, CharSequence rows) {
    return """
    <div class="scroll" role="region" tabindex="0" aria-label="%s">
    <table class="%s">%s<tbody>
    %s</tbody></table>
    </div>
    """
        .formatted(name, style, Html.heading(heading), rows);
  }
}
