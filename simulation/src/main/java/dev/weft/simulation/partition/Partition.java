package dev.weft.simulation.partition;

import dev.weft.federation.report.LabelDistribution;
import java.util.Arrays;
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

  /**
   * Counts what was dealt.
   *
   * @param labels of every dealt example its class, from 0
   */
  public LabelDistribution distribution(List<String> classes, int[] labels) {
    return new LabelDistribution(
        clients.stream().map(ClientShare::name).toList(),
        classes,
        clients.stream().map(share -> counts(share, classes.size(), labels)).toList());
  }

  private static List<Integer> counts(ClientShare share, int classes, int[] labels) {
    int[] counts = new int[classes];
    for (int example : share.examples()) {
      counts[labels[example]]++;
    }
    return Arrays.stream(counts).boxed().toList();
  }
}
