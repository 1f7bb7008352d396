package dev.weft.simulation.partition;

import java.util.List;
import java.util.stream.IntStream;

/** All clients with their data. */
public record Partition(List<ClientShare> clients) {
  public Partition {
    clients = List.copyOf(clients);
  }

  /** Clients called client-1, client-2, …. */
  public static Partition numbered(List<List<Integer>> shares) {
    return new Partition(
        IntStream.range(0, shares.size())
            .mapToObj(i -> new ClientShare("client-" + (i + 1), shares.get(i)))
            .toList());
  }
}
