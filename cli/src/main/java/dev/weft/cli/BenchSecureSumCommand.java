package dev.weft.cli;

import dev.weft.benchmarks.SecureSumMeasurement;
import dev.weft.benchmarks.SecureSumSession;
import dev.weft.core.Amounts;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.privacy.secagg.Terms;
import dev.weft.privacy.secagg.graph.Neighbours;
import dev.weft.privacy.secagg.graph.Plan;
import dev.weft.privacy.secagg.primitive.Suite;
import dev.weft.privacy.secagg.primitive.Suites;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures a secure sum. */
@Command(
    name = "secagg",
    description =
        "Measures a secure sum: all clients and the coordinator in this process, with every key,"
            + " share, signature and mask of a real session.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class BenchSecureSumCommand implements Callable<Integer> {
  private static final int MOST_VALUES = 100_000_000;
  private static final int MOST_BITS = 62;
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,5}");

  @Option(names = "--clients", paramLabel = "N", description = "In the session. Default: 100.")
  private int clients = 100;

  @Option(
      names = "--values",
      paramLabel = "D",
      description = "Integers of a vector. Default: 100000.")
  private int values = 100_000;

  @Option(
      names = "--dropout",
      paramLabel = "P",
      description = "Share of the clients that is lost within the session. Default: 0.1.")
  private double dropout = 0.1;

  @Option(
      names = "--neighbours",
      paramLabel = "full|K",
      description =
          "Whom each client shares with: all, or an even number. Default: all up to 64 clients,"
              + " beyond as few as is safe.")
  private String neighbours = "";

  @Option(names = "--bits", paramLabel = "M", description = "Of every integer. Default: 32.")
  private int bits = 32;

  @Option(
      names = "--suite",
      paramLabel = "NAME",
      description = "FS1, FS1-CHACHA20 or FS1-PQ. Default: FS1.")
  private String suite = Suites.FS1.name();

  @Option(names = "--json", paramLabel = "FILE", description = "Where the figures are written.")
  private Path json;

  private final Console console;

  BenchSecureSumCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    BenchCommand.requireBetween("--clients", clients, Terms.DEFAULT_SURVIVORS, Plan.MOST_SITES);
    BenchCommand.requireBetween("--values", values, 1, MOST_VALUES);
    BenchCommand.requireBetween("--bits", bits, 1, MOST_BITS);
    if (!(dropout >= 0 && dropout < 1)) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format("--dropout: must be at least 0 and less than 1, got %s", dropout));
    }
    SecureSumSession.Options options =
        new SecureSumSession.Options(clients, values, bits, dropout, neighbours(), suite());
    LiveLine live = new LiveLine(console);
    live.show(
        Text.format(
            "a secure sum of %s with %d integers each",
            Figures.counted(clients, "client"), values));
    SecureSumMeasurement sum = SecureSumSession.measure(options);
    live.print(
        Text.format(
            "a secure sum of %s with %d integers of %d bits, %d neighbours, threshold %d, %d lost:"
                + " %.2f s, of which %.2f s in the coordinator; %s per client; the sum is %s",
            Figures.counted(clients, "client"),
            values,
            bits,
            sum.neighbours(),
            sum.threshold(),
            sum.dropped(),
            sum.seconds(),
            sum.serverSeconds(),
            Amounts.bytes(sum.bytesPerClient()),
            sum.exact() ? "exact" : "wrong"));
    if (json != null) {
      BenchCommand.writeFigures(json, sum.toJson() + "\n");
    }
    return sum.exact() ? 0 : 1;
  }

  private Neighbours neighbours() {
    if (neighbours.isEmpty()) {
      return new Neighbours.Automatic();
    }
    if (neighbours.equals("full")) {
      return new Neighbours.Full();
    }
    int number = NUMBER.matcher(neighbours).matches() ? Integer.parseInt(neighbours) : 0;
    if (number < 2 || number % 2 != 0) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format(
              "--neighbours: must be full or an even number from 2 on, got %s",
              Text.quoted(neighbours)));
    }
    return new Neighbours.Exactly(number);
  }

  private Suite suite() {
    List<String> names = Suites.all().stream().map(Suite::name).toList();
    int found = names.indexOf(suite);
    if (found < 0) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format("--suite: there is no %s; there are %s", Text.quoted(suite), names));
    }
    return Suites.all().get(found);
  }
}
