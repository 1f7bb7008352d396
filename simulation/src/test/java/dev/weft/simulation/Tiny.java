package dev.weft.simulation;

import dev.weft.coordinator.RunEvent;
import dev.weft.coordinator.journal.RunHome;
import dev.weft.core.Digest;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.WeftConfig;
import dev.weft.federation.RunResult;
import dev.weft.federation.Specification;
import dev.weft.federation.Start;
import dev.weft.federation.report.RunFolder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The embedded model and data, cut down until a federated run takes about a second. */
final class Tiny {
  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("data.train-examples", "72"),
          Map.entry("data.test-examples", "30"),
          Map.entry("data.public-examples", "8"),
          Map.entry("simulation.clients", "3"),
          Map.entry("simulation.centralized-reference", "false"),
          Map.entry("simulation.parallelism", "2"),
          Map.entry("engine.device", "cpu"),
          Map.entry("engine.precision", "float32"),
          Map.entry("model.max-tokens", "12"),
          Map.entry("method.rank", "4"),
          Map.entry("model.targets", "[5.attention.self.query, 5.attention.self.value]"),
          Map.entry("run.rounds", "2"),
          Map.entry("training.batch-size", "16"),
          Map.entry("training.local-steps", "auto"));

  private Tiny() {}

  /** The tiny configuration with some {@code key=value} settings changed. */
  static WeftConfig config(String... changes) {
    Map<String, String> settings = new LinkedHashMap<>(SETTINGS);
    for (String change : changes) {
      String[] setting = change.split("=", 2);
      settings.put(setting[0], setting[1]);
    }
    return ConfigLoader.load(Optional.empty(), settings);
  }

  /** A folder of this very name. */
  static RunFolder folder(Path path) {
    return new RunFolder(path, true);
  }

  /** A whole run on an open workbench, without a folder. */
  static RunResult run(Workbench bench, WeftConfig config) {
    try (SimulatedRun run = start(bench, config, RunHome.inMemory(), Tiny::ignore)) {
      return run.await();
    }
  }

  static SimulatedRun start(
      Workbench bench, WeftConfig config, RunHome home, Consumer<RunEvent> listener) {
    Start start = Start.of(bench, config);
    return SimulatedRun.start(
        bench, start, Specification.of("simulation", bench, start), home, listener);
  }

  /** Digest of what a whole run leads to. */
  static Digest outcome(Workbench bench, WeftConfig config) {
    return run(bench, config).digest();
  }

  private static void ignore(RunEvent event) {}
}
