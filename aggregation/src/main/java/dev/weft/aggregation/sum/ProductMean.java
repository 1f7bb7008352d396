package dev.weft.aggregation.sum;

import dev.weft.core.adapter.GlobalState;
import dev.weft.core.method.Aggregate;
import dev.weft.core.method.Aggregator;
import dev.weft.core.method.Capability;
import dev.weft.core.method.Contribution;
import dev.weft.core.random.Seed;
import dev.weft.core.update.ClientUpdate;
import dev.weft.core.update.FixedPoint;
import java.util.List;
import java.util.TreeMap;

/**
 * The {@link WeightedMean} that also keeps every client's adapter, ordered by client name, for
 * methods that need the clients' products {@code Σ p_k s B_k A_k} and not only their factors'
 * means.
 */
public final class ProductMean implements Aggregator {

  @Override
  public Capability capability() {
    return Capability.PRODUCT;
  }

  @Override
  public Accumulator start(GlobalState reference, FixedPoint codec, Seed seed) {
    return new Products(reference, codec, seed);
  }

  private static final class Products implements Accumulator {
    private final GlobalState reference;
    private final FixedPoint codec;
    private final WeightedMean.Sum sum;
    private final TreeMap<String, ClientUpdate> updates = new TreeMap<>();

    Products(GlobalState reference, FixedPoint codec, Seed seed) {
      this.reference = reference;
      this.codec = codec;
      sum = new WeightedMean().start(reference, codec, seed);
    }

    @Override
    public void add(ClientUpdate update) {
      sum.add(update);
      updates.put(update.client(), update);
    }

    @Override
    public Aggregate finish() {
      Aggregate means = sum.finish();
      TrainedEntries entries = TrainedEntries.of(reference.adapter());
      List<Contribution> contributions =
          updates.values().stream()
              .map(
                  update ->
                      new Contribution(
                          update.client(),
                          (double) update.examples() / sum.examples(),
                          entries.adapter(update, codec)))
              .toList();
      return new Aggregate(
          means.reference(), contributions, means.mean(), means.next(), means.seed());
    }
  }
}
