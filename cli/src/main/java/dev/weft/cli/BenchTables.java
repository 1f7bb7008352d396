package dev.weft.cli;

import dev.weft.benchmarks.Peaks;
import dev.weft.benchmarks.Report;
import dev.weft.benchmarks.StepFigures;
import dev.weft.benchmarks.StepPart;
import dev.weft.benchmarks.StepPlan;
import dev.weft.core.Amounts;
import dev.weft.core.Text;
import dev.weft.finetune.transformer.Rematerialization;
import java.util.List;

/** What {@code weft bench} prints. */
final class BenchTables {
  private BenchTables() {}

  /** What the machine does at most. */
  static List<String> peaks(Peaks peaks) {
    Table table = new Table("on " + peaks.device(), "workers", "rate");
    for (Peaks.Product product : peaks.products()) {
      table.row(
          Text.format("%s products, %s", Report.label(product.precision()), product.kernel()),
          Integer.toString(product.workers()),
          giga(product.flopsPerSecond(), "GFLOP/s"));
    }
    for (Peaks.Bandwidth bandwidth : peaks.bandwidths()) {
      String workers = Integer.toString(bandwidth.workers());
      table.row("memory copy", workers, giga(bandwidth.copy(), "GB/s"));
      table.row("memory sum", workers, giga(bandwidth.sum(), "GB/s"));
    }
    return table.lines();
  }

  /** How training steps went: speed, memory and where the time goes. */
  static List<String> steps(Report report) {
    Table table =
        new Table(
            "step",
            "workers",
            "tokens/s",
            "spread",
            "of peak",
            "memory",
            "linear",
            "attention",
            "head",
            "decode",
            "adapter",
            "optimizer");
    for (Report.Row row : report.rows()) {
      StepFigures figures = row.figures();
      table.row(
          what(row.plan()),
          Integer.toString(row.plan().workers()),
          rate(figures.tokensPerSecond()),
          Text.format("%.1f %%", 100 * figures.spread()),
          percent(Report.fractionOfPeak(report.peaks(), row)),
          Amounts.bytes(figures.peakResidentBytes()),
          share(figures, StepPart.LINEAR),
          share(figures, StepPart.ATTENTION),
          share(figures, StepPart.HEAD),
          share(figures, StepPart.DECODE),
          share(figures, StepPart.ADAPTER),
          share(figures, StepPart.OPTIMIZER));
    }
    return table.lines();
  }

  /** Everything that tells a plan from the others of a run. */
  static String describe(StepPlan plan) {
    return what(plan) + ", " + Figures.counted(plan.workers(), "worker");
  }

  private static String what(StepPlan plan) {
    return Text.format(
        "%s %d×%d %s %s%s%s",
        plan.shape(),
        plan.sequences(),
        plan.tokens(),
        plan.weights(),
        Report.label(plan.precision()),
        plan.lanes() > 1 ? Text.format(" in %d lanes", plan.lanes()) : "",
        plan.rematerialization() == Rematerialization.BLOCKS ? " recomputing" : "");
  }

  static String rate(double perSecond) {
    return Figures.count(Math.round(perSecond));
  }

  static String percent(double share) {
    return Text.format("%.0f %%", 100 * share);
  }

  private static String share(StepFigures figures, StepPart part) {
    return percent(figures.parts().getOrDefault(part, 0.0));
  }

  private static String giga(double perSecond, String unit) {
    return Text.format("%.1f %s", perSecond / 1e9, unit);
  }
}
