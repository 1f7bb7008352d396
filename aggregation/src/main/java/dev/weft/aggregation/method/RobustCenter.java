package dev.weft.aggregation.method;

import dev.weft.aggregation.adapter.Lora;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.method.Aggregate;
import dev.weft.core.method.Aggregator;
import dev.weft.core.method.Capability;
import dev.weft.core.random.Seed;
import dev.weft.core.update.StoredUpdates;
import dev.weft.core.update.UpdateSum;

/**
 * A center of the clients' updates that takes the place of their mean, and in which every client
 * counts the same: a weight is a claim, and a robust method believes no claim. It passes over the
 * stored updates in blocks of entries ({@link StoredUpdates#inBlocks}) and never has them all.
 */
interface RobustCenter extends Aggregator {

  /** By how much each trained entry of the reference moves. */
  double[] center(StoredUpdates each);

  @Override
  default Capability capability() {
    return Capability.PER_CLIENT;
  }

  @Override
  default Aggregate decode(GlobalState reference, UpdateSum sum, StoredUpdates each, Seed seed) {
    return Aggregate.ofMean(reference, sum.moved(center(each)), seed);
  }

  /** What all robust methods have in common. */
  static MethodCard card(String name, String summary, String paper, MethodCard.Recipe recipe) {
    return new MethodCard(
        name,
        summary,
        paper,
        Lora.CARD,
        AdapterNeed.ANYTHING,
        form -> Exactness.APPROXIMATE,
        MixedRanks.REFUSED,
        Downlink.ofTrainedParts(),
        recipe);
  }
}
