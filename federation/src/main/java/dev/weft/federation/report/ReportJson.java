package dev.weft.federation.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.coordinator.RoundMetrics;
import dev.weft.coordinator.RunOutcome;
import dev.weft.core.Digest;
import dev.weft.core.metrics.Evaluation;
import dev.weft.federation.report.ComparisonReport.MethodRun;
import dev.weft.finetune.ModelFacts;
import java.util.List;
import java.util.Optional;

/** Reports as JSON: keys in a fixed order, numbers that are not finite as null. */
public final class ReportJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ReportJson() {}

  /** What {@code summary.json} holds. */
  public static ObjectNode summary(RunReport report) {
    ObjectNode summary = NODES.objectNode();
    summary.put("name", report.title());
    summary.put("method", report.method());
    outcome(summary, report.outcome());
    summary.put("seed", report.seed());
    start(summary, report.start());
    rounds(summary, report.rounds());
    summary.set("model", model(report.model()));
    measured(summary, "centralized", report.centralized());
    digest(summary, report.rounds(), report.adapterDigest());
    number(summary, "examplesPerSecond", report.examplesPerSecond());
    timing(summary, report.timing());
    texts(summary.putArray("warnings"), report.warnings());
    return summary;
  }

  /** What {@code summary.json} holds. */
  public static ObjectNode summary(ComparisonReport report) {
    ObjectNode summary = NODES.objectNode();
    summary.put("name", report.title());
    summary.put("seed", report.seed());
    ArrayNode methods = summary.putArray("methods");
    report.methods().forEach(run -> methods.add(method(run)));
    summary.set("model", model(report.model()));
    measured(summary, "centralized", report.centralized());
    timing(summary, report.timing());
    return summary;
  }

  /** The whole from the start of the process, and the phases it is the sum of. */
  private static void timing(ObjectNode target, Timing timing) {
    number(target, "wallSeconds", timing.seconds());
    ObjectNode phases = target.putObject("phases");
    timing.phases().forEach(phase -> number(phases, phase.name(), phase.seconds()));
  }

  private static ObjectNode method(MethodRun run) {
    ObjectNode method = NODES.objectNode();
    method.put("method", run.method());
    outcome(method, run.outcome());
    measured(method, "start", run.start());
    rounds(method, run.rounds());
    digest(method, run.rounds(), run.adapterDigest());
    number(method, "wallSeconds", run.wallSeconds());
    texts(method.putArray("warnings"), run.warnings());
    return method;
  }

  /** {@code completed}, {@code stopped}, or {@code failed} and why. */
  private static void outcome(ObjectNode target, RunOutcome outcome) {
    if (outcome instanceof RunOutcome.Failed failed) {
      target.put("status", "failed");
      target.put("reason", failed.reason());
    } else {
      target.put("status", outcome instanceof RunOutcome.Completed ? "completed" : "stopped");
    }
  }

  /** Of the adapter that the run wrote; null where it wrote none. */
  private static void digest(ObjectNode target, List<MeasuredRound> rounds, Digest adapter) {
    if (rounds.isEmpty()) {
      target.putNull("adapterDigest");
    } else {
      target.put("adapterDigest", adapter.hex());
    }
  }

  static ObjectNode provenance(Provenance provenance) {
    ObjectNode json = NODES.objectNode();
    json.put("method", provenance.method());
    json.put("seed", provenance.seed());
    ObjectNode digests = json.putObject("digests");
    provenance.digests().forEach((name, digest) -> digests.put(name, digest.hex()));
    ObjectNode versions = json.putObject("versions");
    provenance.versions().forEach(versions::put);
    return json;
  }

  /** The state before round 1 as a round 0 in which nobody trained or sent anything. */
  static ObjectNode start(Findings findings) {
    ObjectNode start = NODES.objectNode();
    start.put("round", 0);
    findings(start, findings);
    return start;
  }

  static ObjectNode round(MeasuredRound row) {
    RoundMetrics metrics = row.metrics();
    ObjectNode round = NODES.objectNode();
    round.put("round", metrics.round());
    number(round, "trainLoss", metrics.trainLoss());
    findings(round, row.findings());
    round.put("bytesUp", metrics.bytesUp());
    round.put("bytesDown", metrics.bytesDown());
    number(round, "aggregationError", metrics.aggregationError());
    number(round, "fixedPointBound", metrics.fixedPointBound());
    number(round, "seconds", metrics.seconds());
    return round;
  }

  /** All rounds, and the last of them again as {@code final}. */
  private static void rounds(ObjectNode target, List<MeasuredRound> rows) {
    ArrayNode rounds = target.putArray("rounds");
    rows.forEach(row -> rounds.add(round(row)));
    if (rows.isEmpty()) {
      target.putNull("final");
    } else {
      target.set("final", round(rows.get(rows.size() - 1)));
    }
  }

  private static ObjectNode model(ModelFacts facts) {
    ObjectNode model = NODES.objectNode();
    model.put("name", facts.name());
    model.put("parameters", facts.parameters());
    model.put("quantization", facts.quantization());
    number(model, "bitsPerWeight", facts.bitsPerWeight());
    model.put("residentBytes", facts.residentBytes());
    model.put("digest", facts.digest().hex());
    return model;
  }

  private static void start(ObjectNode target, Findings start) {
    if (start.evaluation().isPresent() || start.atSites().isPresent()) {
      findings(target.putObject("start"), start);
    }
  }

  private static void findings(ObjectNode target, Findings findings) {
    evaluation(target, findings.evaluation());
    findings.atSites().ifPresent(sites -> SitesFigures.write(target.putObject("atSites"), sites));
  }

  private static void measured(ObjectNode target, String key, Optional<Evaluation> evaluation) {
    evaluation.ifPresent(one -> evaluation(target.putObject(key), evaluation));
  }

  /** The loss on held-out examples and whatever else was measured; null if nothing was. */
  static void evaluation(ObjectNode target, Optional<Evaluation> evaluation) {
    number(target, "testLoss", evaluation.map(Evaluation::loss).orElse(Double.NaN));
    evaluation.ifPresent(
        one -> one.scores().forEach((metric, score) -> number(target, metric.field(), score)));
  }

  static void texts(ArrayNode target, List<String> texts) {
    texts.forEach(target::add);
  }

  /** A plain number, or null where it is not finite. */
  public static void number(ObjectNode target, String key, double value) {
    if (Double.isFinite(value)) {
      target.put(key, value);
    } else {
      target.putNull(key);
    }
  }
}
