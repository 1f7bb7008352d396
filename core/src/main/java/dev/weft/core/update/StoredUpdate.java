package dev.weft.core.update;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;

/**
 * An update that is in a sum and is read again in parts, from where it is kept. It holds none of
 * its values itself.
 */
public final class StoredUpdate {
  private final UpdateLayout layout;
  private final UpdateEncoding encoding;
  private final String client;
  private final int rank;
  private final long examples;
  private final int entries;
  private final RingSource source;

  StoredUpdate(UpdateLayout layout, UpdateEncoding encoding, ClientUpdate update) {
    this.layout = layout;
    this.encoding = encoding;
    this.client = update.client();
    this.rank = update.rank();
    this.examples = update.examples();
    this.entries = update.entries();
    this.source = update.values();
  }

  public String client() {
    return client;
  }

  /** Training examples behind the update; its weight. */
  public long examples() {
    return examples;
  }

  /** Number of its entries. */
  public int entries() {
    return entries;
  }

  /**
   * Entries as the numbers they were before they were encoded, but for rounding.
   *
   * @param from position of the first
   */
  public double[] entries(int from, int size) {
    RingVector values = source.range(from, size);
    double[] decoded = new double[size];
    for (int i = 0; i < size; i++) {
      decoded[i] = encoding.mean(values.at(i), examples);
    }
    return decoded;
  }

  /** What the client made of one layer: an adapter of that layer alone, at the client's rank. */
  public Adapter adapter(AdapterTarget.Layer layer) {
    UpdateLayout.Range range = layout.range(layer, rank);
    return layout.adapter(layer, rank, entries(range.from(), range.size()));
  }
}
