package dev.weft.core.update;

/**
 * What one client contributes to a round: the fixed-point difference of its trained tensors from
 * the reference adapter at its rank, flattened in schema order.
 *
 * @param client name of the site; orders everything that must not depend on arrival
 * @param rank the client's adapter rank
 * @param examples number of training examples behind the update; its aggregation weight
 * @param values integers of {@link FixedPoint}
 */
public record ClientUpdate(String client, int rank, long examples, IntVector values) {

  public ClientUpdate {
    if (client.isBlank()) {
      throw new IllegalArgumentException("client: must have a name");
    }
    if (rank < 1) {
      throw new IllegalArgumentException("rank: must be at least 1, got " + rank);
    }
    if (examples < 1) {
      throw new IllegalArgumentException("examples: must be at least 1, got " + examples);
    }
  }
}
