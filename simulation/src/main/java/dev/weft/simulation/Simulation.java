package dev.weft.simulation;

import dev.weft.aggregation.method.Methods;
import dev.weft.coordinator.RunSpec;
import dev.weft.coordinator.journal.RunHome;
import dev.weft.core.config.ConfigWriter;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.metrics.Evaluation;
import dev.weft.federation.Laps;
import dev.weft.federation.Reports;
import dev.weft.federation.Results;
import dev.weft.federation.RunResult;
import dev.weft.federation.Specification;
import dev.weft.federation.Start;
import dev.weft.federation.report.ComparisonReport;
import dev.weft.federation.report.RunFiles;
import dev.weft.federation.report.RunFolder;
import dev.weft.federation.report.RunReport;
import dev.weft.finetune.training.TrainingCancelledException;
import dev.weft.finetune.training.TrainingListener;
import dev.weft.simulation.partition.Partitioners;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What {@code weft simulate} does: federated runs, the centralized reference, the run folder. A
 * folder is complete however its run ends: finished, failed or stopped.
 */
public final class Simulation {
  /** Every run has a journal of its own. */
  private static final String NAME = "simulation";

  private final WeftConfig config;
  private final SimulationListener listener;
  private final Laps laps = Laps.sinceProcessStart();
  private volatile boolean stopped;
  private volatile Optional<SimulatedRun> current = Optional.empty();

  public Simulation(WeftConfig config, SimulationListener listener) {
    this.config = config;
    this.listener = listener;
  }

  /**
   * One method.
   *
   * @throws dev.weft.core.error.WeftException if the configuration, the data or the model cannot be
   *     used; the folder is not made then
   */
  public SimulationResult<RunReport> run(RunFolder folder) {
    return run(folder::make);
  }

  /**
   * Goes on with a run of one method where it was left: stopped, failed or killed. The result is
   * the same as if nothing had happened. A finished run only writes its results anew.
   *
   * @throws dev.weft.core.error.WeftException if the folder holds no such run, another process has
   *     it, or the configuration, the data or the model are not those it was begun with
   */
  public SimulationResult<RunReport> resume(Path folder) {
    return run(() -> RunFiles.reopen(folder));
  }

  private SimulationResult<RunReport> run(Supplier<RunFiles> folder) {
    check(config);
    try (Workbench bench = open()) {
      Start start = Start.of(bench, config);
      RunSpec spec = Specification.of(NAME, bench, start);
      RunFiles files = folder.get();
      listener.writing(files.folder());
      try (SimulatedRun run = begin(bench, start, spec, files)) {
        RunResult result = run.await();
        laps.end("rounds");
        current = Optional.empty();
        Results.write(result, bench, start, files);
        laps.end("writing");
        Optional<Evaluation> reference =
            result.completed() ? reference(bench, start) : Optional.empty();
        RunReport report =
            Reports.of(files.folder(), bench, start, result, reference, laps.timing());
        files.report(report);
        return new SimulationResult<>(report, result.outcome());
      }
    }
  }

  /**
   * Several methods on identical clients, data and seed, each in a folder of its own below {@code
   * folder}, then one centralized reference with the first method's adapter.
   *
   * @param methods each once
   */
  public SimulationResult<ComparisonReport> compare(List<String> methods, RunFolder folder) {
    List<WeftConfig> configs =
        methods.stream().map(name -> config.withMethod(config.method().withName(name))).toList();
    configs.forEach(Simulation::check);
    try (Workbench bench = open()) {
      List<Start> starts = configs.stream().map(each -> Start.of(bench, each)).toList();
      List<RunSpec> specs =
          starts.stream().map(each -> Specification.of(NAME, bench, each)).toList();
      RunFiles files = folder.make();
      listener.writing(files.folder());
      laps.end("start");
      files.configuration(ConfigWriter.write(config));
      List<RunResult> results = new ArrayList<>();
      for (Start start : starts) {
        RunFiles own = RunFiles.create(files.folder().resolve(start.method().name()));
        try (SimulatedRun run = begin(bench, start, specs.get(results.size()), own)) {
          RunResult result = run.await();
          current = Optional.empty();
          Results.write(result, bench, start, own);
          laps.end(result.method());
          own.report(
              Reports.of(own.folder(), bench, start, result, Optional.empty(), laps.timing()));
          results.add(result);
        }
        if (stopped) {
          break;
        }
      }
      Optional<Evaluation> reference = stopped ? Optional.empty() : reference(bench, starts.get(0));
      ComparisonReport report =
          Reports.of(files.folder(), bench, config, results, reference, laps.timing());
      files.report(report);
      return new SimulationResult<>(report, results.get(results.size() - 1).outcome());
    }
  }

  /** Ends whatever is going on soon; what is committed is kept and written. */
  public void stop() {
    stopped = true;
    current.ifPresent(SimulatedRun::stop);
  }

  /** Refuses a method or partitioner that cannot be, before the model is opened for it. */
  private static void check(WeftConfig config) {
    Methods.resolve(config.method());
    config.simulation().partition().scheme().ifPresent(Partitioners::card);
  }

  private Workbench open() {
    Workbench bench = Workbench.open(config);
    laps.end("opening");
    listener.opened(bench);
    return bench;
  }

  private SimulatedRun begin(Workbench bench, Start start, RunSpec spec, RunFiles files) {
    if (!RunHome.isIn(files.state())) {
      files.configuration(Reports.configuration(bench, start));
    }
    listener.starting(start.method().name(), start.warnings(bench));
    SimulatedRun run =
        SimulatedRun.start(
            bench,
            start,
            spec,
            RunHome.in(files.state()),
            Results.recording(files, laps, listener::happened));
    current = Optional.of(run);
    if (stopped) {
      run.stop();
    }
    return run;
  }

  private Optional<Evaluation> reference(Workbench bench, Start start) {
    if (!config.simulation().centralizedReference()) {
      return Optional.empty();
    }
    listener.startingReference();
    try {
      return Optional.of(new PooledReference(bench, start).run(watching()));
    } catch (TrainingCancelledException e) {
      return Optional.empty();
    } finally {
      laps.end("reference");
    }
  }

  private TrainingListener watching() {
    return new TrainingListener() {
      @Override
      public void progress(long examplesDone, long examplesTotal, double meanLoss) {
        listener.pooledProgress(examplesDone, examplesTotal, meanLoss);
      }

      @Override
      public boolean cancelled() {
        return stopped;
      }
    };
  }
}
