package dev.weft.federation;

import dev.weft.federation.report.Phase;
import dev.weft.federation.report.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Divides the time of a process into phases without a gap, so that they add up to what a clock on
 * the wall shows. Safe for concurrent use.
 */
public final class Laps {
  private static final double NANOS = 1e9;

  private final List<Phase> phases = new ArrayList<>();
  private long last;

  private Laps(long start) {
    this.last = start;
  }

  /** From when the operating system started this process, as far as it says so. */
  public static Laps sinceProcessStart() {
    long now = System.nanoTime();
    long age =
        ProcessHandle.current()
            .info()
            .startInstant()
            .map(start -> Duration.between(start, Instant.now()).toNanos())
            .orElse(0L);
    return new Laps(now - Math.max(0, age));
  }

  /** All time since the last phase ended was for this; returns how much that is, in seconds. */
  public synchronized double end(String phase) {
    long now = System.nanoTime();
    double seconds = (now - last) / NANOS;
    last = now;
    phases.add(new Phase(phase, seconds));
    return seconds;
  }

  /** Ends a phase unless it has been before. */
  public synchronized void endOnce(String phase) {
    if (phases.stream().noneMatch(each -> each.name().equals(phase))) {
      end(phase);
    }
  }

  public synchronized Timing timing() {
    return new Timing(phases);
  }
}
