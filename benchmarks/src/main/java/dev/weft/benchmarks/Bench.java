package dev.weft.benchmarks;

import dev.weft.finetune.torch.Precision;
import dev.weft.finetune.transformer.Rematerialization;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Measures the machine's peaks and then training steps, each in a process of its own. */
public final class Bench {
  private final Options options;
  private final Listener listener;

  /**
   * What to measure.
   *
   * @param device as the configuration names it; empty for the best
   * @param precisions of the steps; none for those that are worth it here: bfloat16 only where it
   *     multiplies faster than float32
   * @param workers numbers of threads that train independently
   * @param quick few and short measurements, to try the benchmark
   */
  public record Options(
      String device,
      List<Shape> shapes,
      Set<Precision> precisions,
      List<Integer> workers,
      boolean quick) {
    public Options {
      shapes = List.copyOf(shapes);
      precisions = Set.copyOf(precisions);
      workers = List.copyOf(workers);
      if (workers.isEmpty()) {
        throw new IllegalArgumentException("workers: at least one number is needed");
      }
    }
  }

  /** Hears what is going on; called on the thread that runs the benchmark. */
  public interface Listener {
    void peaksStarted();

    void peaksMeasured(Peaks peaks);

    /** Steps in a precision are left out, because it multiplies slower than float32. */
    void skipped(Precision precision);

    void stepStarted(StepPlan plan, int done, int total);

    void stepMeasured(Report.Row row, double fractionOfPeak);
  }

  public Bench(Options options, Listener listener) {
    this.options = options;
    this.listener = listener;
  }

  public Report run() {
    listener.peaksStarted();
    Peaks peaks = FreshProcess.ask(PeakMeasurement.class, peakPlan(), Peaks.class);
    listener.peaksMeasured(peaks);
    List<StepPlan> plans = plans(precisions(peaks));
    List<Report.Row> rows = new ArrayList<>();
    for (StepPlan plan : plans) {
      listener.stepStarted(plan, rows.size(), plans.size());
      Report.Row row =
          new Report.Row(plan, FreshProcess.ask(StepMeasurement.class, plan, StepFigures.class));
      rows.add(row);
      listener.stepMeasured(row, Report.fractionOfPeak(peaks, row));
    }
    return new Report(peaks, options.workers(), rows);
  }

  private PeakMeasurement.Plan peakPlan() {
    return options.quick()
        ? new PeakMeasurement.Plan(
            options.device(), options.workers(), List.of(256), 16 << 20, 0.02)
        : new PeakMeasurement.Plan(
            options.device(), options.workers(), List.of(512, 1024, 2048, 4096), 256 << 20, 0.5);
  }

  private Set<Precision> precisions(Peaks peaks) {
    if (!options.precisions().isEmpty()) {
      return options.precisions();
    }
    Set<Precision> worthIt = EnumSet.of(Precision.FLOAT32);
    int workers = options.workers().get(0);
    if (peaks.flopsPerSecond(Precision.BFLOAT16, workers)
        > peaks.flopsPerSecond(Precision.FLOAT32, workers)) {
      worthIt.add(Precision.BFLOAT16);
    } else {
      listener.skipped(Precision.BFLOAT16);
    }
    return worthIt;
  }

  private List<StepPlan> plans(Set<Precision> precisions) {
    List<StepPlan> plans = new ArrayList<>();
    for (Shape shape : options.shapes()) {
      for (Precision precision : Precision.values()) {
        if (precisions.contains(precision)) {
          for (int workers : options.workers()) {
            add(plans, shape, precision, workers);
          }
        }
      }
    }
    return plans;
  }

  /**
   * Quantized weights are decoded again on every way back; the rows that recompute do the same with
   * all that a block's backward pass reads.
   */
  private void add(List<StepPlan> plans, Shape shape, Precision precision, int workers) {
    Rows rows = new Rows(plans, shape, precision, workers);
    switch (shape) {
      case TINY -> {
        rows.add(2, 16, Weights.NONE, 1, Rematerialization.NOTHING);
        rows.add(1, 16, Weights.NF4, 8, Rematerialization.BLOCKS);
      }
      case MINILM -> {
        for (Weights weights : Weights.values()) {
          rows.add(16, 64, weights, 1, Rematerialization.NOTHING);
          rows.add(2, 64, weights, 8, Rematerialization.NOTHING);
        }
      }
      case SMOLLM2_135M -> {
        for (Weights weights : Weights.values()) {
          rows.add(4, 128, weights, 1, Rematerialization.NOTHING);
          rows.add(8, 256, weights, 1, Rematerialization.NOTHING);
          rows.add(1, 64, weights, 1, Rematerialization.NOTHING);
          rows.add(1, 64, weights, 8, Rematerialization.NOTHING);
        }
        rows.add(4, 128, Weights.NF4, 1, Rematerialization.BLOCKS);
        rows.add(8, 256, Weights.NF4, 1, Rematerialization.BLOCKS);
      }
      case LLAMA_085B -> rows.add(1, 128, Weights.NF4, 1, Rematerialization.BLOCKS);
    }
  }

  /** Collects the rows of one shape. */
  private final class Rows {
    private final List<StepPlan> plans;
    private final Shape shape;
    private final Precision precision;
    private final int workers;

    Rows(List<StepPlan> plans, Shape shape, Precision precision, int workers) {
      this.plans = plans;
      this.shape = shape;
      this.precision = precision;
      this.workers = workers;
    }

    void add(
        int sequences,
        int tokens,
        Weights weights,
        int lanes,
        Rematerialization rematerialization) {
      plans.add(
          new StepPlan(
              options.device(),
              shape,
              sequences,
              tokens,
              weights,
              precision,
              lanes,
              workers,
              rematerialization,
              1,
              steps()));
    }

    /** Steps of large models take so long that a few are enough. */
    private int steps() {
      return options.quick() ? 2 : shape == Shape.MINILM ? 10 : 3;
    }
  }
}
