package dev.weft.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How long a benchmark may take.
 *
 * @param limit rows that would end later are left out; empty to measure all
 * @param productSizes of square products, growing
 * @param copiedBytes that are copied at once; more than the caches hold
 * @param peakSeconds that one measurement of a peak lasts, about
 * @param steps of a row that are measured, after one that is not
 * @param everyRow whether rows are measured that differ from others only in size
 */
public record Effort(
    Optional<Duration> limit,
    List<Integer> productSizes,
    int copiedBytes,
    double peakSeconds,
    int steps,
    boolean everyRow) {

  /** Shows that the benchmark works, in seconds. */
  public static final Effort TRIAL =
      new Effort(Optional.empty(), List.of(256), 16 << 20, 0.02, 2, true);

  /** What a coffee break allows. */
  public static final Effort STANDARD =
      new Effort(
          Optional.of(Duration.ofSeconds(170)),
          List.of(512, 1024, 2048),
          256 << 20,
          0.15,
          5,
          false);

  /** Everything, however long that takes. */
  public static final Effort FULL =
      new Effort(Optional.empty(), List.of(512, 1024, 2048, 4096), 256 << 20, 0.5, 7, true);

  public Effort {
    productSizes = List.copyOf(productSizes);
    if (steps < 2) {
      throw new IllegalArgumentException("steps: two at least show a spread, got " + steps);
    }
  }
}
