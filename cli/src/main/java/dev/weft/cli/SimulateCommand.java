package dev.weft.cli;

import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads what the user asks for; {@link SimulateSession} does it. */
@Command(
    name = "simulate",
    description = {
      "Fine-tunes one model federatedly over many simulated clients on this machine.",
      "Without arguments: the embedded model and data, 8 clients, 5 rounds of fed-sb."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class SimulateCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "weft.conf",
      description = "Configuration file (HOCON); every key: docs/configuration.md.")
  private Path file;

  @Option(names = "--method", paramLabel = "NAME", description = "Federated method.")
  private String method;

  @Option(
      names = "--compare",
      split = ",",
      paramLabel = "NAME",
      description = "Several methods on identical clients, data and seed.")
  private List<String> compare = List.of();

  @Option(names = "--rounds", paramLabel = "N", description = "Federated rounds.")
  private String rounds;

  @Option(names = "--clients", paramLabel = "N", description = "Simulated clients.")
  private String clients;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of all randomness.")
  private String seed;

  @Option(names = "--output", paramLabel = "DIR", description = "Where run folders are written.")
  private String output;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any configuration key; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--quiet", description = "Only the final table.")
  private boolean quiet;

  private final Console console;

  SimulateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Map<String, String> overrides = overrides();
    WeftConfig config = ConfigLoader.load(Optional.ofNullable(file), overrides);
    if (!compare.isEmpty() && method != null) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          "--method and --compare: say one of them; --compare already names the methods");
    }
    return new SimulateSession(console, quiet, config).run(compare);
  }

  private Map<String, String> overrides() {
    Map<String, String> overrides = new LinkedHashMap<>(settings);
    put(overrides, "method.name", method);
    put(overrides, "run.rounds", rounds);
    put(overrides, "simulation.clients", clients);
    put(overrides, "run.seed", seed);
    put(overrides, "run.output", output);
    return overrides;
  }

  private static void put(Map<String, String> overrides, String key, String value) {
    if (value != null) {
      overrides.put(key, value);
    }
  }
}
