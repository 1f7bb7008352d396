package dev.weft.coordinator;

import java.util.Optional;
import org.pcollections.TreePMap;

/**
 * What a round has from its clients so far; immutable.
 *
 * @param summing updates that arrived and are being added to the sum
 * @param delivered updates that are in the sum
 * @param lastLoss the last client that went out
 */
record Tally(
    TreePMap<String, Delivery> summing,
    TreePMap<String, Delivery> delivered,
    Optional<RunEvent.ClientDropped> lastLoss) {

  static final Tally EMPTY = new Tally(TreePMap.empty(), TreePMap.empty(), Optional.empty());

  boolean has(String client) {
    return summing.containsKey(client) || delivered.containsKey(client);
  }

  int size() {
    return summing.size() + delivered.size();
  }

  Tally received(String client, Delivery delivery) {
    return new Tally(summing.plus(client, delivery), delivered, lastLoss);
  }

  Tally added(String client) {
    return new Tally(summing.minus(client), delivered.plus(client, summing.get(client)), lastLoss);
  }

  Tally lost(RunEvent.ClientDropped loss) {
    return new Tally(summing.minus(loss.client()), delivered, Optional.of(loss));
  }
}
