package dev.weft.aggregation;

import dev.weft.aggregation.algebra.FactorSum;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.update.StoredUpdate;
import dev.weft.core.update.StoredUpdates;
import dev.weft.core.update.UpdateEncoding;

/**
 * The ideal from the stored updates, of which one layer of one client is read at a time: memory is
 * that of a {@link FactorSum} of one layer, whatever the number of clients. The bounds of the
 * clients' products ({@link ProductBound}) add with p_k s.
 */
record IdealOfUpdates(UpdateEncoding encoding, StoredUpdates updates) implements IdealChange {

  @Override
  public Layer layer(AdapterTarget.Layer layer) {
    double examples = updates.each().stream().mapToLong(StoredUpdate::examples).sum();
    FactorSum sum = new FactorSum();
    double bound = 0;
    for (StoredUpdate update : updates.each()) {
      Adapter adapter = update.adapter(layer);
      double share = update.examples() / examples;
      IdealChange.add(sum, share, adapter, layer);
      double entryBound = encoding.bound(update.examples());
      bound +=
          share
              * adapter.form().scale()
              * ProductBound.of(adapter.form(), part -> adapter.tensor(part, layer), entryBound);
    }
    return new Layer(sum, bound);
  }
}
