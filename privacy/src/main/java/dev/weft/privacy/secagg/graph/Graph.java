package dev.weft.privacy.secagg.graph;

import dev.weft.privacy.secagg.primitive.Secret;
import java.util.stream.IntStream;

/**
 * Who shares with whom: everyone with everyone, or each site with those that stand up to k/2 places
 * beside it on a ring in random order (a Harary graph).
 */
public final class Graph {
  private final IndexSet all;
  private final int neighbours;

  /** Sites by their place on the ring. */
  private final int[] ring;

  /** Places by index. */
  private final int[] places;

  private Graph(IndexSet all, int neighbours, int[] ring) {
    this.all = all;
    this.neighbours = neighbours;
    this.ring = ring;
    this.places = new int[ring.length + 1];
    for (int place = 0; place < ring.length; place++) {
      places[ring[place]] = place;
    }
  }

  /**
   * @param order from which the places on the ring follow; everyone who knows it has the same graph
   */
  public static Graph of(Plan plan, Secret order) {
    return new Graph(
        IndexSet.upTo(plan.sites()), plan.neighbours(), Shuffle.of(plan.sites(), order.bytes()));
  }

  /** N(u) and u itself: all who hold shares of its secrets. */
  public IndexSet holders(int site) {
    if (neighbours == ring.length - 1) {
      return all;
    }
    int half = neighbours / 2;
    return IndexSet.of(
        IntStream.rangeClosed(-half, half)
            .map(step -> ring[Math.floorMod(places[site] + step, ring.length)]));
  }

  /** N(u). */
  public IndexSet neighbours(int site) {
    return holders(site).without(IndexSet.of(site));
  }

  /** Whether two sites share. */
  public boolean areNeighbours(int one, int other) {
    int apart = Math.floorMod(places[one] - places[other], ring.length);
    return apart != 0
        && (neighbours == ring.length - 1
            || Math.min(apart, ring.length - apart) <= neighbours / 2);
  }
}
