package dev.weft.coordinator;

import dev.weft.protocol.ClientReply;
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
    TreePMap<String, ClientReply.Uploaded> summing,
    TreePMap<String, Delivery> delivered,
    Optional<RunEvent.ClientDropped> lastLoss) {

  static final Tally EMPTY = new Tally(TreePMap.empty(), TreePMap.empty(), Optional.empty());

  boolean has(String client) {
    return summing.containsKey(client) || delivered.containsKey(client);
  }

  int size() {
    return summing.size() + delivered.size();
  }

  Tally received(String client, ClientReply.Uploaded upload) {
    return new Tally(summing.plus(client, upload), delivered, lastLoss);
  }

  Tally added(String client, long examples) {
    return new Tally(
        summing.minus(client),
        delivered.plus(client, new Delivery(examples, summing.get(client))),
        lastLoss);
  }

  Tally lost(RunEvent.ClientDropped loss) {
    return new Tally(summing.minus(loss.client()), delivered, Optional.of(loss));
  }
}
