package dev.weft.federation.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.core.Text;
import dev.weft.core.metrics.PooledEvaluation;
import dev.weft.core.metrics.SitesEvaluation;
import dev.weft.core.metrics.Spread;
import dev.weft.federation.report.Plot.Point;
import dev.weft.federation.report.Plot.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** What sites measured on held-out examples of their own, in JSON and on the page. */
final class SitesFigures {
  /** A state and what was found out about it at the sites. */
  private record Row(int round, SitesEvaluation asked) {}

  private final List<Row> rows = new ArrayList<>();

  SitesFigures(RunReport report) {
    report.start().atSites().ifPresent(asked -> rows.add(new Row(0, asked)));
    report
        .rounds()
        .forEach(
            row ->
                row.atSites().ifPresent(asked -> rows.add(new Row(row.metrics().round(), asked))));
  }

  static void write(ObjectNode target, SitesEvaluation asked) {
    asked.pooled().ifPresent(pooled -> write(target, pooled));
    ReportJson.texts(target.putArray("withheld"), asked.withheld());
    ObjectNode missing = target.putObject("missing");
    asked.missing().forEach(missing::put);
    target.put("bytesDown", asked.bytesDown());
  }

  private static void write(ObjectNode target, PooledEvaluation pooled) {
    ReportJson.texts(target.putArray("sites"), pooled.sites());
    target.put("examples", pooled.mean().examples());
    ReportJson.evaluation(target, Optional.of(pooled.mean()));
    ObjectNode spread = target.putObject("spread");
    write(spread.putObject("testLoss"), pooled.loss());
    write(spread.putObject(pooled.accuracyMetric().field()), pooled.accuracy());
  }

  private static void write(ObjectNode target, Spread spread) {
    ReportJson.number(target, "min", spread.least());
    ReportJson.number(target, "max", spread.most());
    ReportJson.number(target, "deviation", spread.deviation());
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The newest figures of the sites, if there are some. */
  Optional<PooledEvaluation> last() {
    return rows.isEmpty() ? Optional.empty() : rows.get(rows.size() - 1).asked().pooled();
  }

  /** Mean and ends of the sites' accuracies, from the start on. */
  String plot(RoundFigures figures) {
    return figures.values(
        "Accuracy at the sites",
        List.of(
            series("mean", 0, PooledEvaluation::meanAccuracy),
            series("lowest", 1, pooled -> pooled.accuracy().least()),
            series("highest", 2, pooled -> pooled.accuracy().most())));
  }

  private Series series(String name, int colour, ToDoubleFunction<PooledEvaluation> value) {
    return new Series(
        name,
        colour,
        rows.stream()
            .flatMap(
                row ->
                    row.asked().pooled().stream()
                        .map(
                            pooled -> {
                              double y = value.applyAsDouble(pooled);
                              return new Point(row.round(), y, Quantity.score(y));
                            }))
            .toList());
  }

  String table() {
    StringBuilder body = new StringBuilder();
    rows.forEach(row -> body.append(Html.row(cells(row))));
    return "<h2>At the sites</h2>\n"
        + "<p class=\"note\">What sites measured on held-out examples of their own. Means are"
        + " weighted by examples, or by tokens where text is predicted; lowest, highest and"
        + " deviation are over sites, each counted once. "
        + Html.escape(who())
        + "</p>\n"
        + RoundTables.table(
            "At the sites",
            "rows",
            List.of(
                "round",
                "sites",
                "examples",
                "test loss",
                "lowest",
                "highest",
                "deviation",
                "accuracy",
                "lowest",
                "highest",
                "deviation",
                "down"),
            body);
  }

  private static List<String> cells(Row row) {
    List<String> cells = new ArrayList<>();
    cells.add(row.round() == 0 ? "start" : Integer.toString(row.round()));
    Optional<PooledEvaluation> pooled = row.asked().pooled();
    cells.add(pooled.map(one -> Integer.toString(one.sites().size())).orElse("0"));
    cells.add(pooled.map(one -> Quantity.count(one.mean().examples())).orElse(""));
    Stream.<ToDoubleFunction<PooledEvaluation>>of(
            one -> one.mean().loss(),
            one -> one.loss().least(),
            one -> one.loss().most(),
            one -> one.loss().deviation(),
            PooledEvaluation::meanAccuracy,
            one -> one.accuracy().least(),
            one -> one.accuracy().most(),
            one -> one.accuracy().deviation())
        .forEach(
            value ->
                cells.add(pooled.map(one -> Quantity.score(value.applyAsDouble(one))).orElse("")));
    cells.add(Quantity.bytes(row.asked().bytesDown()));
    return cells;
  }

  /** Who measured the newest state, and who did not. */
  private String who() {
    Row last = rows.get(rows.size() - 1);
    List<String> sentences = new ArrayList<>();
    sentences.add(
        last.asked()
            .pooled()
            .map(pooled -> "Measured last by " + String.join(", ", pooled.sites()) + ".")
            .orElse("Nobody measured the last state."));
    if (!last.asked().withheld().isEmpty()) {
      sentences.add("Kept to themselves by " + String.join(", ", last.asked().withheld()) + ".");
    }
    Function<Map.Entry<String, String>, String> missing =
        entry -> Text.format("Not known of %s: %s.", entry.getKey(), entry.getValue());
    last.asked().missing().entrySet().stream().map(missing).forEach(sentences::add);
    return String.join(" ", sentences);
  }

  /** What sites fetched to measure, in bytes. */
  long bytesDown() {
    return rows.stream().mapToLong(row -> row.asked().bytesDown()).sum();
  }
}
