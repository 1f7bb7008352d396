package dev.weft.cli;

import dev.weft.benchmarks.Bench;
import dev.weft.benchmarks.Effort;
import dev.weft.benchmarks.Peaks;
import dev.weft.benchmarks.Report;
import dev.weft.benchmarks.Shape;
import dev.weft.benchmarks.StepPlan;
import dev.weft.core.Amounts;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.finetune.torch.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures how close to its own limits this machine fine-tunes. */
@Command(
    name = "bench",
    description = {
      "Measures what this machine multiplies and moves at most, and then training steps of models"
          + " with random weights, each in a process of its own.",
      "Leave the machine alone meanwhile; it ends within three minutes, with --full it takes as"
          + " long as it takes."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true,
    subcommands = {BenchRoundCommand.class, BenchSecureSumCommand.class})
final class BenchCommand implements Callable<Integer> {
  @Option(
      names = "--shape",
      split = ",",
      paramLabel = "NAME",
      description = "Models: tiny, minilm, smollm2-135m, llama-0.85b. Default: the middle two.")
  private List<String> shapes = List.of(Shape.MINILM.label(), Shape.SMOLLM2_135M.label());

  @Option(
      names = "--precision",
      split = ",",
      paramLabel = "NAME",
      description = "float32, bfloat16. Default: both.")
  private Set<Precision> precisions = EnumSet.noneOf(Precision.class);

  @Option(
      names = "--workers",
      split = ",",
      paramLabel = "N",
      description = "Numbers of threads that train independently. Default: 1,2.")
  private List<Integer> workers = List.of(1, 2);

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "cpu or cuda:N. Default: the best.")
  private String device = "";

  @ArgGroup private Extent extent = new Extent();

  /** At most one of these. */
  private static final class Extent {
    @Option(names = "--quick", description = "Few, short measurements: to see that it works.")
    private boolean quick;

    @Option(names = "--full", description = "More sizes, longer measurements, no limit of time.")
    private boolean full;

    Effort effort() {
      if (full) {
        return Effort.FULL;
      }
      return quick ? Effort.TRIAL : Effort.STANDARD;
    }
  }

  @Option(names = "--json", paramLabel = "FILE", description = "Where all figures are written.")
  private Path json;

  private final Console console;

  BenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (workers.stream().anyMatch(number -> number < 1)) {
      throw new WeftException(
          Problem.BAD_VALUE, Text.format("--workers: %s must be numbers from 1 on", workers));
    }
    Bench.Options options =
        new Bench.Options(
            device,
            shapes.stream().map(BenchCommand::shape).toList(),
            precisions,
            workers,
            extent.effort());
    LiveLine live = new LiveLine(console);
    Report report = new Bench(options, new View(live)).run();
    live.clear();
    console.out().println();
    BenchTables.steps(report).forEach(console.out()::println);
    if (json != null) {
      writeFigures(json, report.toJson());
    }
    return 0;
  }

  private static Shape shape(String label) {
    for (Shape shape : Shape.values()) {
      if (shape.label().equals(label)) {
        return shape;
      }
    }
    throw new WeftException(
        Problem.BAD_VALUE,
        Text.format("--shape: there is no %s; there are %s", label, List.of(Shape.values())));
  }

  static void requireBetween(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format("%s: must be between %d and %d, got %d", option, least, most, value));
    }
  }

  /** Writes what a measurement found. */
  static void writeFigures(Path file, String json) {
    try {
      Files.writeString(file, json);
    } catch (IOException e) {
      throw new WeftException(
          Problem.UNWRITABLE_OUTPUT,
          Text.format("%s: the figures cannot be written there; name another file", file),
          e);
    }
  }

  /** Shows what is being measured, and every figure once it is known. */
  private record View(LiveLine live) implements Bench.Listener {

    @Override
    public void peaksStarted() {
      live.show("measuring products and bandwidth");
    }

    @Override
    public void peaksMeasured(Peaks peaks) {
      BenchTables.peaks(peaks).forEach(live::print);
    }

    @Override
    public void stepStarted(StepPlan plan, int done, int total) {
      live.show(Text.format("%d of %d: %s", done + 1, total, BenchTables.describe(plan)));
    }

    @Override
    public void stepMeasured(Report.Row row, double fractionOfPeak) {
      live.print(
          Text.format(
              "%s: %s tokens/s ± %s, %s of peak, %s",
              BenchTables.describe(row.plan()),
              BenchTables.rate(row.figures().tokensPerSecond()),
              BenchTables.percent(row.figures().spread() / 2),
              BenchTables.percent(fractionOfPeak),
              Amounts.bytes(row.figures().peakResidentBytes())));
    }

    @Override
    public void leftOut(int rows) {
      live.print(
          Text.format(
              "%s left out: three minutes are over; --full measures all",
              Figures.counted(rows, "row")));
    }
  }
}
