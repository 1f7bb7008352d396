package dev.weft.simulation;

import dev.weft.coordinator.RunEvent;

/** Watches a simulation; called on its threads, must not block them. */
public interface SimulationListener {

  /** Data is dealt and the model is open. */
  void opened(Workbench bench);

  /** A federated run begins. */
  void starting(String method);

  /** Something happened in the run that is on. */
  void happened(RunEvent event);

  /** The centralized reference trains. */
  void pooledProgress(long examplesDone, long examplesTotal, double meanLoss);
}
