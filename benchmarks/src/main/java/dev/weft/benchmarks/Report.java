package dev.weft.benchmarks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.finetune.torch.Precision;
import java.util.List;
import java.util.Locale;

/**
 * All figures of one run.
 *
 * @param workers the numbers of workers that were measured
 */
public record Report(Peaks peaks, List<Integer> workers, List<Row> rows) {

  /** One measured training step. */
  public record Row(StepPlan plan, StepFigures figures) {}

  public Report {
    workers = List.copyOf(workers);
    rows = List.copyOf(rows);
  }

  /** Useful operations of a row, as a share of what the machine multiplies at its precision. */
  public static double fractionOfPeak(Peaks peaks, Row row) {
    return row.figures().tokensPerSecond()
        * row.plan().flopsPerToken()
        / peaks.attainable(row.plan().precision(), row.plan().workers());
  }

  /** {@code f32} or {@code bf16}. */
  public static String label(Precision precision) {
    return precision == Precision.FLOAT32 ? "f32" : "bf16";
  }

  /** Operations, bytes and tokens per second, and bytes; peaks are those of the most workers. */
  public String toJson() {
    int most = workers.stream().mapToInt(Integer::intValue).max().orElseThrow();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("device", peaks.device());
    ObjectNode highest = json.putObject("peaks");
    for (Precision precision : Precision.values()) {
      highest.put(label(precision), peaks.flopsPerSecond(precision, most));
    }
    for (Peaks.Bandwidth bandwidth : peaks.bandwidths()) {
      if (bandwidth.workers() == most) {
        json.putObject("bandwidth").put("copy", bandwidth.copy()).put("sum", bandwidth.sum());
      }
    }
    ArrayNode products = json.putArray("products");
    for (Peaks.Product product : peaks.products()) {
      products
          .addObject()
          .put("precision", label(product.precision()))
          .put("kernel", product.kernel())
          .put("workers", product.workers())
          .put("flopsPerSecond", product.flopsPerSecond());
    }
    ArrayNode steps = json.putArray("steps");
    rows.forEach(row -> add(steps.addObject(), row));
    return json.toPrettyString() + "\n";
  }

  private void add(ObjectNode json, Row row) {
    StepPlan plan = row.plan();
    StepFigures figures = row.figures();
    json.put("shape", plan.shape().label())
        .put("sequences", plan.sequences())
        .put("tokens", plan.tokens())
        .put("quantization", plan.weights().toString())
        .put("precision", label(plan.precision()))
        .put("lanes", plan.lanes())
        .put("workers", plan.workers())
        .put("rematerialization", lower(plan.rematerialization()))
        .put("tokensPerSecond", figures.tokensPerSecond())
        .put("lowestTokensPerSecond", figures.lowestTokensPerSecond())
        .put("highestTokensPerSecond", figures.highestTokensPerSecond())
        .put("spread", figures.spread())
        .put("warmUpSteps", plan.warmUp())
        .put("measuredSteps", plan.steps())
        .put("fractionOfPeak", fractionOfPeak(peaks, row))
        .put("peakResidentBytes", figures.peakResidentBytes())
        .put("trainingPeakResidentBytes", figures.trainingPeakResidentBytes());
    ObjectNode parts = json.putObject("parts");
    figures.parts().forEach((part, share) -> parts.put(lower(part), share));
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
