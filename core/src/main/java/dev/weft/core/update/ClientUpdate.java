package dev.weft.core.update;

/**
 * What one client contributes to a round: the encoded difference of its trained tensors from the
 * reference adapter at its rank, flattened in schema order, and behind them its weight. The weight
 * is read at once, the rest when it is needed.
 */
public final class ClientUpdate {
  private final String client;
  private final int rank;
  private final RingSource values;
  private final long examples;

  /**
   * @param client name of the site; orders everything that must not depend on arrival
   * @param rank the client's adapter rank
   * @param values integers of {@link UpdateEncoding}
   * @throws dev.weft.core.error.WeftException if the weight cannot be read
   */
  public ClientUpdate(String client, int rank, RingSource values) {
    if (client.isBlank()) {
      throw new IllegalArgumentException("client: must have a name");
    }
    if (rank < 1) {
      throw new IllegalArgumentException("rank: must be at least 1, got " + rank);
    }
    if (values.size() == 0) {
      throw new IllegalArgumentException("values: an update has a weight at least");
    }
    this.client = client;
    this.rank = rank;
    this.values = values;
    this.examples = values.range(entries(), 1).at(0);
  }

  public String client() {
    return client;
  }

  public int rank() {
    return rank;
  }

  public RingSource values() {
    return values;
  }

  /** Training examples behind the update; its weight. */
  public long examples() {
    return examples;
  }

  /** Number of encoded entries, the weight not among them. */
  public int entries() {
    return values.size() - 1;
  }
}
