package dev.weft.core.method;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import java.util.function.Function;

/**
 * One client's part of an aggregate, layer by layer, so that nobody holds all of it.
 *
 * @param client name of the site
 * @param weight p_k, its share of the round's examples; the weights of a round sum to 1
 * @param layers reads what the client made of a layer: an adapter of that layer alone, at the
 *     client's rank; may be read any number of times while the round lasts
 */
public record Contribution(
    String client, double weight, Function<AdapterTarget.Layer, Adapter> layers) {
  public Contribution {
    if (!(weight > 0 && weight <= 1)) {
      throw new IllegalArgumentException("weight: must be in (0, 1], got " + weight);
    }
  }

  /** Reads what the client made of a layer. */
  public Adapter adapter(AdapterTarget.Layer layer) {
    return layers.apply(layer);
  }
}
