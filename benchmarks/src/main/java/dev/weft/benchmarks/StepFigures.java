package dev.weft.benchmarks;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * How training steps went.
 *
 * @param tokensPerSecond of all workers together; each worker's median step counts
 * @param lowestTokensPerSecond the same with each worker's slowest step
 * @param highestTokensPerSecond the same with each worker's fastest step
 * @param peakResidentBytes of the whole process, libtorch and loading included; 0 where the system
 *     does not say
 * @param trainingPeakResidentBytes the same from the first step on
 * @param parts share of one worker's time
 */
public record StepFigures(
    double tokensPerSecond,
    double lowestTokensPerSecond,
    double highestTokensPerSecond,
    long peakResidentBytes,
    long trainingPeakResidentBytes,
    Map<StepPart, Double> parts) {

  public StepFigures {
    parts =
        Collections.unmodifiableMap(
            parts.isEmpty() ? new EnumMap<>(StepPart.class) : new EnumMap<>(parts));
  }

  /** How far the steps lie apart, as a share of the median. */
  public double spread() {
    return (highestTokensPerSecond - lowestTokensPerSecond) / tokensPerSecond;
  }
}
