package dev.weft.core.update;

/**
 * What one client contributes to a round: the encoded difference of its trained tensors from the
 * reference adapter at its rank, flattened in schema order, and behind them its weight.
 *
 * @param client name of the site; orders everything that must not depend on arrival
 * @param rank the client's adapter rank
 * @param values integers of {@link UpdateEncoding}
 */
public record ClientUpdate(String client, int rank, RingVector values) {

  public ClientUpdate {
    if (client.isBlank()) {
      throw new IllegalArgumentException("client: must have a name");
    }
    if (rank < 1) {
      throw new IllegalArgumentException("rank: must be at least 1, got " + rank);
    }
    if (values.size() == 0) {
      throw new IllegalArgumentException("values: an update has a weight at least");
    }
  }

  /** Training examples behind the update; its weight. */
  public long examples() {
    return values.at(entries());
  }

  /** Number of encoded entries, the weight not among them. */
  public int entries() {
    return values.size() - 1;
  }
}
