package acme;

import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.WeftConfig;
import dev.weft.simulation.Simulation;
import dev.weft.simulation.SimulationListener;
import dev.weft.federation.report.RunFolder;
import dev.weft.federation.report.RunReport;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Three sites train the embedded model with this project's adapter, method and partitioner. */
public final class EqualMeanSimulation {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "method.name", "equal-mean",
          "method.adapter", "acme-lora",
          "run.rounds", "2",
          "simulation.clients", "3",
          "simulation.partition.scheme", "one-large",
          "data.train-examples", "240",
          "data.test-examples", "60");

  private EqualMeanSimulation() {}

  public static RunReport run(Path folder) {
    WeftConfig config = ConfigLoader.load(Optional.empty(), SETTINGS);
    return new Simulation(config, SimulationListener.SILENT)
        .run(new RunFolder(folder, true))
        .report();
  }

  public static void main(String[] arguments) {
    System.out.println(run(Path.of(arguments[0])).last());
  }
}
