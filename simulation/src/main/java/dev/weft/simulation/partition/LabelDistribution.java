package dev.weft.simulation.partition;

import java.util.Arrays;
import java.util.List;

/**
 * Examples per client and class.
 *
 * @param counts [clients, classes]
 */
public record LabelDistribution(
    List<String> clients, List<String> classes, List<List<Integer>> counts) {
  public LabelDistribution {
    clients = List.copyOf(clients);
    classes = List.copyOf(classes);
    counts = counts.stream().map(List::copyOf).toList();
    int width = classes.size();
    if (counts.size() != clients.size() || counts.stream().anyMatch(row -> row.size() != width)) {
      throw new IllegalArgumentException("counts: must be [clients, classes]");
    }
  }

  /**
   * Counts what was dealt.
   *
   * @param labels of every dealt example its class, from 0
   */
  public static LabelDistribution of(Partition partition, List<String> classes, int[] labels) {
    return new LabelDistribution(
        partition.clients().stream().map(ClientShare::name).toList(),
        classes,
        partition.clients().stream().map(share -> row(share, classes.size(), labels)).toList());
  }

  private static List<Integer> row(ClientShare share, int classes, int[] labels) {
    int[] counts = new int[classes];
    for (int example : share.examples()) {
      counts[labels[example]]++;
    }
    return Arrays.stream(counts).boxed().toList();
  }

  /** All examples of a client, by its position. */
  public int examples(int client) {
    return counts.get(client).stream().mapToInt(Integer::intValue).sum();
  }
}
