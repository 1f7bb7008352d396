package dev.weft.coordinator.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.coordinator.RoundMetrics;
import dev.weft.coordinator.RunIdentity;
import dev.weft.coordinator.RunJournal;
import dev.weft.coordinator.RunJournal.Event;
import dev.weft.coordinator.store.Checkpoint;
import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.Metric;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Journal events as JSON, field by field, so that renaming a component changes no journal. Numbers
 * keep their bits; those that are not finite are null.
 */
final class EventJson {
  private EventJson() {}

  static ObjectNode write(Event event) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (event instanceof RunJournal.RunStarted started) {
      ObjectNode facts = json.putObject("identity");
      started.identity().facts().forEach(facts::put);
      write(json.putObject("initial"), started.initial());
    } else if (event instanceof RunJournal.RoundStarted started) {
      json.put("round", started.round()).put("attempt", started.attempt());
      ArrayNode cohort = json.putArray("cohort");
      started.cohort().forEach(cohort::add);
    } else if (event instanceof RunJournal.RoundFailed failed) {
      json.put("round", failed.round()).put("attempt", failed.attempt());
      json.put("reason", failed.reason());
    } else if (event instanceof RunJournal.RoundCommitted committed) {
      write(json.putObject("checkpoint"), committed.checkpoint());
      write(json.putObject("metrics"), committed.metrics());
    } else if (event instanceof RunJournal.Evaluated evaluated) {
      json.put("round", evaluated.round());
      write(json.putObject("evaluation"), evaluated.evaluation());
    } else if (event instanceof RunJournal.EvaluationFailed failed) {
      json.put("round", failed.round()).put("reason", failed.reason());
    } else if (event instanceof RunJournal.EvaluatedAtSites evaluated) {
      json.put("round", evaluated.round());
      SitesJson.write(json, evaluated.evaluation());
    } else if (event instanceof RunJournal.RunFailed failed) {
      json.put("reason", failed.reason());
    }
    return json;
  }

  /**
   * @param kind of the event, as {@link JournalSerializer} names it
   * @throws IllegalArgumentException if a field is missing or of another type
   */
  static Event read(String kind, JsonNode json) {
    return switch (kind) {
      case "run-started" ->
          new RunJournal.RunStarted(
              new RunIdentity(texts(field(json, "identity"))), checkpoint(field(json, "initial")));
      case "round-started" -> {
        List<String> cohort = new ArrayList<>();
        field(json, "cohort").forEach(name -> cohort.add(name.textValue()));
        yield new RunJournal.RoundStarted(
            field(json, "round").intValue(), field(json, "attempt").intValue(), cohort);
      }
      case "round-failed" ->
          new RunJournal.RoundFailed(
              field(json, "round").intValue(),
              field(json, "attempt").intValue(),
              field(json, "reason").textValue());
      case "round-committed" ->
          new RunJournal.RoundCommitted(
              checkpoint(field(json, "checkpoint")), metrics(field(json, "metrics")));
      case "evaluated" ->
          new RunJournal.Evaluated(
              field(json, "round").intValue(), evaluation(field(json, "evaluation")));
      case "evaluation-failed" ->
          new RunJournal.EvaluationFailed(
              field(json, "round").intValue(), field(json, "reason").textValue());
      case "evaluated-at-sites" ->
          new RunJournal.EvaluatedAtSites(field(json, "round").intValue(), SitesJson.read(json));
      case "run-finished" -> new RunJournal.RunFinished();
      case "run-failed" -> new RunJournal.RunFailed(field(json, "reason").textValue());
      default -> throw new IllegalArgumentException(Text.format("unknown event \"%s\"", kind));
    };
  }

  private static void write(ObjectNode json, Checkpoint checkpoint) {
    json.put("round", checkpoint.round()).put("state", checkpoint.state().hex());
    checkpoint.memory().ifPresent(memory -> json.put("memory", memory.hex()));
  }

  private static Checkpoint checkpoint(JsonNode json) {
    return new Checkpoint(
        field(json, "round").intValue(),
        new Digest(field(json, "state").textValue()),
        Optional.ofNullable(json.get("memory")).map(memory -> new Digest(memory.textValue())));
  }

  private static void write(ObjectNode json, RoundMetrics metrics) {
    json.put("round", metrics.round());
    json.put("clients", metrics.clients());
    json.put("examples", metrics.examples());
    json.put("examplesProcessed", metrics.examplesProcessed());
    number(json, "trainLoss", metrics.trainLoss());
    json.put("bytesUp", metrics.bytesUp());
    json.put("bytesDown", metrics.bytesDown());
    number(json, "aggregationError", metrics.aggregationError());
    number(json, "fixedPointBound", metrics.fixedPointBound());
    number(json, "seconds", metrics.seconds());
  }

  private static RoundMetrics metrics(JsonNode json) {
    return new RoundMetrics(
        field(json, "round").intValue(),
        field(json, "clients").intValue(),
        field(json, "examples").longValue(),
        field(json, "examplesProcessed").longValue(),
        number(json, "trainLoss"),
        field(json, "bytesUp").longValue(),
        field(json, "bytesDown").longValue(),
        number(json, "aggregationError"),
        number(json, "fixedPointBound"),
        number(json, "seconds"));
  }

  static void write(ObjectNode json, Evaluation evaluation) {
    json.put("examples", evaluation.examples());
    number(json, "loss", evaluation.loss());
    ObjectNode scores = json.putObject("scores");
    evaluation.scores().forEach((metric, score) -> number(scores, metric.field(), score));
  }

  static Evaluation evaluation(JsonNode json) {
    Map<Metric, Double> scores = new EnumMap<>(Metric.class);
    JsonNode given = field(json, "scores");
    for (Metric metric : Metric.values()) {
      if (given.has(metric.field())) {
        scores.put(metric, number(given, metric.field()));
      }
    }
    return new Evaluation(number(json, "loss"), scores, field(json, "examples").longValue());
  }

  private static Map<String, String> texts(JsonNode json) {
    Map<String, String> texts = new HashMap<>();
    json.properties().forEach(entry -> texts.put(entry.getKey(), entry.getValue().textValue()));
    return texts;
  }

  static void number(ObjectNode json, String name, double value) {
    if (Double.isFinite(value)) {
      json.put(name, value);
    } else {
      json.putNull(name);
    }
  }

  static double number(JsonNode json, String name) {
    JsonNode value = field(json, name);
    return value.isNull() ? Double.NaN : value.doubleValue();
  }

  static JsonNode field(JsonNode json, String name) {
    JsonNode value = json.get(name);
    if (value == null) {
      throw new IllegalArgumentException(Text.format("its field \"%s\" is missing", name));
    }
    return value;
  }
}
