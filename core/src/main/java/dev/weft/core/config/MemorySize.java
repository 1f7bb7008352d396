package dev.weft.core.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** An amount of memory as users write it: {@code 4 GB}, {@code 512 MB}. */
public record MemorySize(long bytes) {
  private static final Map<String, Long> UNITS = new LinkedHashMap<>();

  static {
    UNITS.put("GB", 1_000_000_000L);
    UNITS.put("MB", 1_000_000L);
    UNITS.put("kB", 1_000L);
  }

  public MemorySize {
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes: must be positive, got " + bytes);
    }
  }

  /** In the largest unit that needs no fraction. */
  @Override
  public String toString() {
    for (Map.Entry<String, Long> unit : UNITS.entrySet()) {
      if (bytes % unit.getValue() == 0) {
        return bytes / unit.getValue() + " " + unit.getKey();
      }
    }
    return bytes + " B";
  }
}
