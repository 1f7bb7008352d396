package dev.weft.federation.coordinator;

import dev.weft.coordinator.RunEvent;
import dev.weft.federation.report.RunReport;
import java.nio.file.Path;
import java.util.List;

/** Watches a coordinator; called on its threads, must not block them. */
public interface CoordinatorListener {

  /** One line for people. */
  void news(String line);

  /**
   * A run begins, or goes on.
   *
   * @param folder of its results
   * @param rounds of the whole run
   * @param warnings one sentence each
   */
  void starting(String run, String method, int rounds, Path folder, List<String> warnings);

  /** Something happened in the run that is on. */
  void happened(RunEvent event);

  /** The run that was on is over, with a report. */
  void reported(RunReport report);
}
