package dev.weft.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.core.metrics.Evaluation;
import dev.weft.federation.report.ReportJson;
import java.util.ArrayList;
import java.util.List;

/** What {@code weft evaluate} found out, for people and for scripts. */
record Measured(Table table, ObjectNode json) {

  /** Examples and loss first, then what else the task measures. */
  static Measured of(Evaluation evaluation) {
    List<String> header = new ArrayList<>(List.of("examples", "loss"));
    List<String> figures =
        new ArrayList<>(
            List.of(Figures.count(evaluation.examples()), Figures.score(evaluation.loss())));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("examples", evaluation.examples());
    ReportJson.number(json, "loss", evaluation.loss());
    evaluation
        .scores()
        .forEach(
            (metric, score) -> {
              header.add(metric.label());
              figures.add(Figures.score(score));
              ReportJson.number(json, metric.field(), score);
            });
    Table table = new Table(header.toArray(String[]::new));
    return new Measured(table.row(figures.toArray(String[]::new)), json);
  }

  /**
   * @param accuracy share of questions whose right choice is the likeliest
   * @param perToken the same by likelihood per token
   */
  static Measured ofChoices(int questions, double accuracy, double perToken) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("examples", questions);
    ReportJson.number(json, "accuracy", accuracy);
    ReportJson.number(json, "accuracyPerToken", perToken);
    Table table = new Table("questions", "accuracy", "accuracy per token");
    return new Measured(
        table.row(Figures.count(questions), Figures.score(accuracy), Figures.score(perToken)),
        json);
  }
}
