package dev.weft.coordinator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a round has from its clients so far; immutable.
 *
 * @param summing updates that arrived and are being added to the sum
 * @param delivered updates that are in the sum
 * @param losses the clients that are out
 */
record Tally(
    SortedMap<String, Delivery> summing,
    SortedMap<String, Delivery> delivered,
    List<RunEvent.ClientDropped> losses) {

  static final Tally EMPTY = new Tally(new TreeMap<>(), new TreeMap<>(), List.of());

  Tally {
    summing = Collections.unmodifiableSortedMap(new TreeMap<>(summing));
    delivered = Collections.unmodifiableSortedMap(new TreeMap<>(delivered));
    losses = List.copyOf(losses);
  }

  boolean has(String client) {
    return summing.containsKey(client) || delivered.containsKey(client);
  }

  int size() {
    return summing.size() + delivered.size();
  }

  Tally received(String client, Delivery delivery) {
    return new Tally(with(summing, client, delivery), delivered, losses);
  }

  Tally added(String client) {
    return new Tally(
        without(summing, client), with(delivered, client, summing.get(client)), losses);
  }

  Tally lost(RunEvent.ClientDropped loss) {
    List<RunEvent.ClientDropped> more = new ArrayList<>(losses);
    more.add(loss);
    return new Tally(without(summing, loss.client()), delivered, more);
  }

  RunEvent.ClientDropped lastLoss() {
    return losses.get(losses.size() - 1);
  }

  private static SortedMap<String, Delivery> with(
      SortedMap<String, Delivery> map, String client, Delivery delivery) {
    SortedMap<String, Delivery> copy = new TreeMap<>(map);
    copy.put(client, delivery);
    return copy;
  }

  private static SortedMap<String, Delivery> without(
      SortedMap<String, Delivery> map, String client) {
    SortedMap<String, Delivery> copy = new TreeMap<>(map);
    copy.remove(client);
    return copy;
  }
}
