package dev.weft.federation.report;

import java.util.List;

/**
 * Where the time went, from the start of the process to the report.
 *
 * @param phases one after the other, without a gap
 */
public record Timing(List<Phase> phases) {
  public Timing {
    phases = List.copyOf(phases);
  }

  /** All phases together. */
  public double seconds() {
    return phases.stream().mapToDouble(Phase::seconds).sum();
  }
}
