package dev.weft.simulation;

import dev.weft.coordinator.RunOutcome;

/**
 * A simulation's report and how its last run ended.
 *
 * @param <R> the kind of report
 */
public record SimulationResult<R>(R report, RunOutcome outcome) {}
