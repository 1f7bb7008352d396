package dev.weft.coordinator;

/**
 * How a run finds its events in a journal that it shares with other runs.
 *
 * @param id that no other run of the journal has
 * @param tries how often it goes back to a journal that fails before it gives up
 */
public record RunMemory(String id, int tries) {
  /** Of a journal that comes back soon or not at all. */
  private static final int FEW_TRIES = 5;

  public RunMemory {
    if (id.isBlank()) {
      throw new IllegalArgumentException("id: must not be empty");
    }
    if (tries < 1) {
      throw new IllegalArgumentException("tries: must be at least 1, got " + tries);
    }
  }

  /** In a file of this machine. */
  public static RunMemory inFile(String id) {
    return new RunMemory(id, FEW_TRIES);
  }
}
