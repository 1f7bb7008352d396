package dev.weft.coordinator.journal;

import static dev.weft.coordinator.journal.EventJson.field;
import static dev.weft.coordinator.journal.EventJson.number;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.core.metrics.PooledEvaluation;
import dev.weft.core.metrics.SitesEvaluation;
import dev.weft.core.metrics.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What sites have said of a state, as it lies in the journal. */
final class SitesJson {
  private SitesJson() {}

  static void write(ObjectNode json, SitesEvaluation evaluation) {
    evaluation
        .pooled()
        .ifPresent(
            pooled -> {
              ObjectNode own = json.putObject("pooled");
              EventJson.write(own.putObject("mean"), pooled.mean());
              write(own.putObject("loss"), pooled.loss());
              write(own.putObject("accuracy"), pooled.accuracy());
              write(own.putArray("sites"), pooled.sites());
            });
    write(json.putArray("withheld"), evaluation.withheld());
    ObjectNode missing = json.putObject("missing");
    evaluation.missing().forEach(missing::put);
    json.put("bytesDown", evaluation.bytesDown());
  }

  static SitesEvaluation read(JsonNode json) {
    SortedMap<String, String> missing = new TreeMap<>();
    field(json, "missing")
        .properties()
        .forEach(entry -> missing.put(entry.getKey(), entry.getValue().textValue()));
    return new SitesEvaluation(
        Optional.ofNullable(json.get("pooled")).map(SitesJson::pooled),
        texts(field(json, "withheld")),
        missing,
        field(json, "bytesDown").longValue());
  }

  private static PooledEvaluation pooled(JsonNode json) {
    return new PooledEvaluation(
        EventJson.evaluation(field(json, "mean")),
        spread(field(json, "loss")),
        spread(field(json, "accuracy")),
        texts(field(json, "sites")));
  }

  private static void write(ObjectNode json, Spread spread) {
    number(json, "least", spread.least());
    number(json, "most", spread.most());
    number(json, "deviation", spread.deviation());
  }

  private static Spread spread(JsonNode json) {
    return new Spread(number(json, "least"), number(json, "most"), number(json, "deviation"));
  }

  private static void write(ArrayNode json, List<String> texts) {
    texts.forEach(json::add);
  }

  private static List<String> texts(JsonNode json) {
    List<String> texts = new ArrayList<>();
    json.forEach(text -> texts.add(text.textValue()));
    return texts;
  }
}
