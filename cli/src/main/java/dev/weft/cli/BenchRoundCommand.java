package dev.weft.cli;

import dev.weft.benchmarks.RoundMeasurement;
import dev.weft.core.Amounts;
import dev.weft.core.Text;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures a round in which nobody trains. */
@Command(
    name = "round",
    description =
        "Measures what a whole round costs beside training: real coordinator and clients, trainers"
            + " that return at once.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class BenchRoundCommand implements Callable<Integer> {
  private static final int MOST_CLIENTS = 1_000_000;

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "How many are asked. Default: 10000.")
  private int clients = 10_000;

  @Option(names = "--json", paramLabel = "FILE", description = "Where the figures are written.")
  private Path json;

  private final Console console;

  BenchRoundCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    BenchCommand.requireBetween("--clients", clients, 1, MOST_CLIENTS);
    // Logging complains on the terminal if many actors are the first to ask for it at once.
    LoggerFactory.getILoggerFactory();
    LiveLine live = new LiveLine(console);
    live.show(Text.format("two rounds with %s", Figures.counted(clients, "client")));
    RoundMeasurement round = RoundMeasurement.of(clients);
    live.print(
        Text.format(
            "a round of %s without training: %.2f s, at most %s resident",
            Figures.counted(clients, "client"),
            round.seconds(),
            Amounts.bytes(round.peakResidentBytes())));
    if (json != null) {
      BenchCommand.writeFigures(json, round.toJson() + "\n");
    }
    return 0;
  }
}
