package dev.weft.core.method;

import dev.weft.core.adapter.Adapter;

/**
 * One client's part of an aggregate.
 *
 * @param client name of the site
 * @param weight p_k, its share of the round's examples; the weights of a round sum to 1
 * @param adapter the adapter the client trained, at its own rank
 */
public record Contribution(String client, double weight, Adapter adapter) {
  public Contribution {
    if (!(weight > 0 && weight <= 1)) {
      throw new IllegalArgumentException("weight: must be in (0, 1], got " + weight);
    }
  }
}
