package dev.weft.cli;

import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.WeftConfig;
import dev.weft.federation.coordinator.CoordinatorHome;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the server side; {@link CoordinatorSession} does it. */
@Command(
    name = "coordinator",
    description = {
      "Serves a federation: waits for sites and for runs (weft submit), until it is ended.",
      "With --run it plays one run to its end, or goes on with it, and exits with its status."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class CoordinatorCommand implements Callable<Integer> {
  @Mixin private HomeOption home;

  @Option(names = "--run", paramLabel = "run.conf", description = "Play this run and exit.")
  private Path run;

  @Mixin private SettingsOption settings;

  @Mixin private JsonOutput json;

  @Mixin private LogOption log;

  @Option(names = "--quiet", description = "Only the final table.")
  private boolean quiet;

  private final Console console;

  CoordinatorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    log.begin();
    CoordinatorHome coordinator = new CoordinatorHome(home.path());
    coordinator.requireFounded();
    WeftConfig config =
        ConfigLoader.load(Optional.of(coordinator.configuration()), settings.list(), List.of());
    return new CoordinatorSession(console, json, quiet)
        .serve(coordinator, config, Optional.ofNullable(run));
  }
}
