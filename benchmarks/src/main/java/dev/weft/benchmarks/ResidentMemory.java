package dev.weft.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process occupies, as Linux counts it. */
final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");

  private ResidentMemory() {}

  /**
   * The most that was resident since the process began or {@link #restart} was called: VmHWM.
   *
   * @return bytes; 0 where the system does not say
   */
  static long peak() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  /** Lets the peak begin again at what is resident now, where the system can do that. */
  static void restart() {
    try {
      Files.writeString(CLEAR, "5");
    } catch (IOException e) {
      // Then the peak goes on counting from the beginning, which overstates it.
    }
  }
}
