package dev.weft.coordinator;

/**
 * A member of a run.
 *
 * @param name unique in its run; orders whatever must not depend on arrival
 * @param rank rank of the adapter it trains
 */
public record Site(String name, int rank) {

  public Site {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name: a site must have one");
    }
    if (rank < 1) {
      throw new IllegalArgumentException("rank: must be at least 1, got " + rank);
    }
  }
}
