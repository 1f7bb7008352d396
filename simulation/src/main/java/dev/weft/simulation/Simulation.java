package dev.weft.simulation;

import dev.weft.aggregation.method.Methods;
import dev.weft.coordinator.store.MemoryStore;
import dev.weft.core.config.ConfigWriter;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.peft.PeftAdapter;
import dev.weft.finetune.training.TrainingCancelledException;
import dev.weft.finetune.training.TrainingListener;
import dev.weft.simulation.report.ComparisonReport;
import dev.weft.simulation.report.RunFiles;
import dev.weft.simulation.report.RunReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code weft simulate} does: federated runs, the centralized reference, the run folder. A
 * folder is complete however its run ends: finished, failed or stopped.
 */
public final class Simulation {
  private final WeftConfig config;
  private final SimulationListener listener;
  private volatile boolean stopped;
  private volatile Optional<FederatedRun> current = Optional.empty();

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
  public SimulationResult<RunReport> run(Path folder) {
    check(config);
    try (Workbench bench = Workbench.open(config)) {
      listener.opened(bench);
      Start start = Start.of(bench, config);
      RunFiles files = RunFiles.create(folder);
      try (FederatedRun run = begin(bench, start, files)) {
        RunResult result = finish(run, bench, files);
        Optional<Evaluation> reference =
            result.completed() ? reference(bench, start) : Optional.empty();
        RunReport report = Reports.of(folder, bench, start, result, reference);
        files.report(report);
        return new SimulationResult<>(report, result.outcome());
      }
    }
  }

  /**
   * Several methods on identical clients, data and seed, each in a folder of its own below {@code
   * folder}, then one centralized reference with the first method's adapter.
   */
  public SimulationResult<ComparisonReport> compare(List<String> methods, Path folder) {
    List<WeftConfig> configs =
        methods.stream().map(name -> config.withMethod(config.method().withName(name))).toList();
    configs.forEach(Simulation::check);
    try (Workbench bench = Workbench.open(config)) {
      listener.opened(bench);
      List<Start> starts = configs.stream().map(each -> Start.of(bench, each)).toList();
      RunFiles files = RunFiles.create(folder);
      files.configuration(ConfigWriter.write(config));
      List<RunResult> results = new ArrayList<>();
      for (Start start : starts) {
        Path own = folder.resolve(start.method().name());
        RunFiles ownFiles = RunFiles.create(own);
        try (FederatedRun run = begin(bench, start, ownFiles)) {
          RunResult result = finish(run, bench, ownFiles);
          ownFiles.report(Reports.of(own, bench, start, result, Optional.empty()));
          results.add(result);
        }
        if (stopped) {
          break;
        }
      }
      Optional<Evaluation> reference = stopped ? Optional.empty() : reference(bench, starts.get(0));
      ComparisonReport report = Reports.of(folder, bench, config, results, reference);
      files.report(report);
      return new SimulationResult<>(report, results.get(results.size() - 1).outcome());
    }
  }

  /** Ends whatever is going on soon; what is committed is kept and written. */
  public void stop() {
    stopped = true;
    current.ifPresent(FederatedRun::stop);
  }

  /** Refuses a method that cannot be, before the model is opened for it. */
  private static void check(WeftConfig config) {
    Methods.resolve(config.method(), config.update());
  }

  private FederatedRun begin(Workbench bench, Start start, RunFiles files) {
    files.configuration(Reports.configuration(bench, start));
    listener.starting(start.method().name());
    Measurements measurements = new Measurements(rows(files));
    FederatedRun run =
        FederatedRun.start(
            bench,
            start,
            new MemoryStore(),
            event -> {
              measurements.accept(event);
              listener.happened(event);
            });
    current = Optional.of(run);
    if (stopped) {
      run.stop();
    }
    return run;
  }

  /** Waits for the run's end and writes what it has led to. */
  private RunResult finish(FederatedRun run, Workbench bench, RunFiles files) {
    RunResult result = run.await();
    current = Optional.empty();
    PeftAdapter.write(
        files.folder().resolve("adapter"),
        result.state(),
        bench.model().architecture().peft(bench.model().facts().name()));
    files.provenance(Reports.provenance(bench, result));
    return result;
  }

  /** The lines of {@code metrics.jsonl}. */
  private static Measurements.Keeper rows(RunFiles files) {
    return new Measurements.Keeper() {
      @Override
      public void start(Optional<Evaluation> evaluation) {
        files.start(evaluation);
      }

      @Override
      public void round(MeasuredRound round) {
        files.round(Reports.row(round));
      }
    };
  }

  private Optional<Evaluation> reference(Workbench bench, Start start) {
    if (!config.simulation().centralizedReference()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new PooledReference(bench, start).run(watching()));
    } catch (TrainingCancelledException e) {
      return Optional.empty();
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
