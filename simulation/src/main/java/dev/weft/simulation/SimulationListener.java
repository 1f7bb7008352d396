package dev.weft.simulation;

import dev.weft.coordinator.RunEvent;
import java.nio.file.Path;
import java.util.List;

/** Watches a simulation; called on its threads, must not block them. */
public interface SimulationListener {

  /** Data is dealt and the model is open. */
  void opened(Workbench bench);

  /** The folder of the results is made. */
  void writing(Path folder);

  /**
   * A federated run begins.
   *
   * @param warnings one sentence each, of this method's settings
   */
  void starting(String method, List<String> warnings);

  /** Something happened in the run that is on. */
  void happened(RunEvent event);

  /** The centralized reference begins. */
  void startingReference();

  /** The centralized reference trains; all examples done, it is evaluated. */
  void pooledProgress(long examplesDone, long examplesTotal, double meanLoss);
}
