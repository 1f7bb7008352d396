package dev.weft.simulation;

import dev.weft.coordinator.RoundMetrics;
import dev.weft.core.metrics.Evaluation;
import java.util.Optional;

/**
 * A committed round with what its result was worth.
 *
 * @param evaluation empty if that could not be measured, or the run ended before it was
 */
public record MeasuredRound(RoundMetrics metrics, Optional<Evaluation> evaluation) {}
