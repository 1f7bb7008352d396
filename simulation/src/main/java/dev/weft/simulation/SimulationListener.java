package dev.weft.simulation;

import dev.weft.coordinator.RunEvent;
import java.nio.file.Path;
import java.util.List;

/**
 * Watches a simulation; called on its threads, must not block them. What is not overridden goes
 * unseen.
 */
public interface SimulationListener {

  /** Watches nothing. */
  SimulationListener SILENT = new SimulationListener() {};

  /** Data is dealt and the model is open. */
  default void opened(Workbench bench) {}

  /** The folder of the results is made. */
  default void writing(Path folder) {}

  /**
   * A federated run begins.
   *
   * @param warnings one sentence each, of this method's settings
   */
  default void starting(String method, List<String> warnings) {}

  /** Something happened in the run that is on. */
  default void happened(RunEvent event) {}

  /** The centralized reference begins. */
  default void startingReference() {}

  /** The centralized reference trains; all examples done, it is evaluated. */
  default void pooledProgress(long examplesDone, long examplesTotal, double meanLoss) {}
}
