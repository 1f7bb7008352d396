package dev.weft.benchmarks;

import dev.weft.finetune.torch.Precision;
import java.time.Duration;
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
   * @param precisions of the steps; none for all
   * @param workers numbers of threads that train independently
   */
  public record Options(
      String device,
      List<Shape> shapes,
      Set<Precision> precisions,
      List<Integer> workers,
      Effort effort) {
    public Options {
      shapes = List.copyOf(shapes);
      precisions = Set.copyOf(precisions.isEmpty() ? EnumSet.allOf(Precision.class) : precisions);
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

    void stepStarted(StepPlan plan, int done, int total);

    void stepMeasured(Report.Row row, double fractionOfPeak);

    /** Rows that the effort's limit leaves no time for. */
    void leftOut(int rows);
  }

  public Bench(Options options, Listener listener) {
    this.options = options;
    this.listener = listener;
  }

  public Report run() {
    long begin = System.nanoTime();
    listener.peaksStarted();
    Peaks peaks = FreshProcess.ask(PeakMeasurement.class, peakPlan(), Peaks.class);
    listener.peaksMeasured(peaks);
    List<StepPlan> plans = new StepPlans(options).inOrderOfImportance();
    List<Report.Row> rows = new ArrayList<>();
    Duration longest = Duration.ZERO;
    for (StepPlan plan : plans) {
      Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
      Duration end = elapsed.plus(longest);
      if (options.effort().limit().filter(limit -> end.compareTo(limit) > 0).isPresent()) {
        listener.leftOut(plans.size() - rows.size());
        break;
      }
      listener.stepStarted(plan, rows.size(), plans.size());
      Report.Row row =
          new Report.Row(plan, FreshProcess.ask(StepMeasurement.class, plan, StepFigures.class));
      rows.add(row);
      listener.stepMeasured(row, Report.fractionOfPeak(peaks, row));
      Duration took = Duration.ofNanos(System.nanoTime() - begin).minus(elapsed);
      longest = took.compareTo(longest) > 0 ? took : longest;
    }
    return new Report(peaks, options.workers(), rows);
  }

  private PeakMeasurement.Plan peakPlan() {
    Effort effort = options.effort();
    return new PeakMeasurement.Plan(
        options.device(),
        options.workers(),
        effort.productSizes(),
        effort.copiedBytes(),
        effort.peakSeconds());
  }
}
