package dev.weft.cli;

import dev.weft.aggregation.method.Methods;
import dev.weft.coordinator.RunEvent;
import dev.weft.core.Amounts;
import dev.weft.core.Text;
import dev.weft.core.config.WeftConfig;
import dev.weft.federation.report.ComparisonReport;
import dev.weft.federation.report.ReportJson;
import dev.weft.federation.report.RunFolder;
import dev.weft.federation.report.RunReport;
import dev.weft.finetune.ModelFacts;
import dev.weft.simulation.Simulation;
import dev.weft.simulation.SimulationListener;
import dev.weft.simulation.SimulationResult;
import dev.weft.simulation.Workbench;
import java.nio.file.Path;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** One {@code weft simulate} from the first line printed to the last. */
final class SimulateSession implements SimulationListener {
  private final Console console;
  private final JsonOutput json;
  private final boolean quiet;
  private final WeftConfig config;
  private final LiveLine live;
  private RunView view;
  private Path folder = Path.of("");

  SimulateSession(Console console, JsonOutput json, boolean quiet, WeftConfig config) {
    this.console = console;
    this.json = json;
    this.quiet = quiet;
    this.config = config;
    Console beside = json.beside(console);
    this.live = quiet ? new LiveLine(beside.plain()) : LiveLine.beating(beside);
    this.view = new RunView(live, config.run().rounds());
  }

  /** Runs the configured method, or all of {@code compare}; returns the exit status. */
  int run(List<String> compare) {
    return during(
        simulation -> {
          RunFolder wanted = RunName.folder(config, compare);
          live.show("opening model and data …");
          return compare.isEmpty()
              ? single(simulation.run(wanted))
              : several(simulation.compare(compare, wanted));
        });
  }

  /** Goes on with the run in a folder; returns the exit status. */
  int resume(Path begun) {
    return during(
        simulation -> {
          live.show("opening model and data …");
          return single(simulation.resume(begun));
        });
  }

  private int during(ToIntFunction<Simulation> work) {
    Simulation simulation = new Simulation(config, this);
    StopOnInterrupt interrupt = StopOnInterrupt.of(simulation::stop, console);
    try {
      return work.applyAsInt(simulation);
    } finally {
      live.close();
      interrupt.release();
    }
  }

  @Override
  public void opened(Workbench bench) {
    ModelFacts model = bench.model().facts();
    say(
        Text.format(
            "model    %s, %s parameters, %s at %.3f bits per weight, %s in memory",
            model.name(),
            Figures.count(model.parameters()),
            model.quantization(),
            model.bitsPerWeight(),
            Amounts.bytes(model.residentBytes())));
    say(
        Text.format(
            "data     %s, %s training and %s test examples%s",
            config.data().source(),
            Figures.count(bench.trainExamples()),
            Figures.count(bench.test().size()),
            bench
                .labels()
                .map(labels -> Text.format(", %d classes", labels.classes().size()))
                .orElse("")));
    IntSummaryStatistics sizes =
        bench.clients().values().stream().mapToInt(share -> share.size()).summaryStatistics();
    say(
        Text.format(
            "clients  %d with %s to %s examples each",
            bench.clients().size(), Figures.count(sizes.getMin()), Figures.count(sizes.getMax())));
    say("memory   " + bench.memory().describe());
    bench.warnings().forEach(warning -> say("warning  " + warning));
    live.show("finding where training starts …");
  }

  @Override
  public void writing(Path made) {
    folder = made;
    say("run      " + folder);
  }

  @Override
  public void starting(String method, List<String> warnings) {
    view = new RunView(live, config.run().rounds());
    say("method   " + method + ": " + Methods.card(method).describe());
    warnings.forEach(warning -> say("warning  " + warning));
    live.show("evaluating the start …");
  }

  @Override
  public void happened(RunEvent event) {
    if (!quiet) {
      view.accept(event);
    }
  }

  @Override
  public void startingReference() {
    say("training the centralized reference: the same budget on all clients' data together");
    live.show("centralized reference …");
  }

  @Override
  public void pooledProgress(long examplesDone, long examplesTotal, double meanLoss) {
    live.show(
        examplesDone < examplesTotal
            ? Text.format(
                "centralized reference %s %s of %s examples  loss %s",
                LiveLine.bar((double) examplesDone / examplesTotal, 20),
                Figures.count(examplesDone),
                Figures.count(examplesTotal),
                Figures.score(meanLoss))
            : "evaluating the centralized reference …");
  }

  private int single(SimulationResult<RunReport> result) {
    RunTables.of(result.report()).forEach(live::print);
    json.write(console, () -> ReportJson.summary(result.report()));
    return RunEnd.print(live, result.outcome(), Optional.of(folder));
  }

  private int several(SimulationResult<ComparisonReport> result) {
    RunTables.of(result.report()).forEach(live::print);
    json.write(console, () -> ReportJson.summary(result.report()));
    return RunEnd.print(live, result.outcome(), Optional.of(folder));
  }

  private void say(String line) {
    if (!quiet) {
      live.print(line);
    }
  }
}
