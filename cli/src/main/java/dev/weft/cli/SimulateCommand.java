package dev.weft.cli;

import dev.weft.core.Text;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.Setting;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
  private static final String REFERENCE = "simulation.centralized-reference";

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
      names = "--resume",
      paramLabel = "DIR",
      description = {
        "Goes on with the run in this folder, stopped, failed or killed, under its own",
        "configuration; the result is the same as if nothing had happened."
      })
  private Path resume;

  @Mixin private SettingsOption settings;

  @Option(
      names = "--reference",
      description = {
        "Also trains one model on all clients' data together, to see what federation costs;",
        "--compare does so by itself."
      })
  private boolean reference;

  @Mixin private JsonOutput json;

  @Option(names = "--quiet", description = "Only the final table.")
  private boolean quiet;

  private final Console console;

  SimulateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (resume != null) {
      return new SimulateSession(console, json, quiet, begun()).resume(resume);
    }
    WeftConfig config =
        ConfigLoader.load(
            Optional.ofNullable(file),
            overrides(),
            compare.isEmpty() ? List.of() : List.of(new Setting(REFERENCE, "true", "--compare")));
    if (!compare.isEmpty() && method != null) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          "--method and --compare: say one of them; --compare already names the methods");
    }
    compare.stream()
        .filter(name -> Collections.frequency(compare, name) > 1)
        .findFirst()
        .ifPresent(
            name -> {
              throw new WeftException(
                  Problem.BAD_VALUE,
                  Text.format("--compare: names %s twice; name every method once", name));
            });
    return new SimulateSession(console, json, quiet, config).run(compare);
  }

  /** The configuration that the run to go on with has left in its folder. */
  private WeftConfig begun() {
    if (file != null || !compare.isEmpty() || !overrides().isEmpty()) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          "--resume: the run goes on under its own configuration; leave out everything else but"
              + " --quiet and --json");
    }
    Path own = resume.resolve("config.conf");
    if (!Files.exists(own)) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format(
              "--resume: %s is not the folder of a run that was begun, for it holds no config.conf;"
                  + " name such a folder, or start a new run",
              resume.toAbsolutePath()));
    }
    return ConfigLoader.load(Optional.of(own), List.of(), List.of());
  }

  private List<Setting> overrides() {
    List<Setting> overrides = new ArrayList<>(settings.list());
    add(overrides, "method.name", method, "--method");
    add(overrides, "run.rounds", rounds, "--rounds");
    add(overrides, "simulation.clients", clients, "--clients");
    add(overrides, "run.seed", seed, "--seed");
    add(overrides, "run.output", output, "--output");
    add(overrides, REFERENCE, reference ? "true" : null, "--reference");
    return overrides;
  }

  private static void add(List<Setting> overrides, String key, String value, String option) {
    if (value != null) {
      overrides.add(new Setting(key, value, option));
    }
  }
}
