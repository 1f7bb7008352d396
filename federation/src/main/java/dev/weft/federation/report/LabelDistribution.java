package dev.weft.federation.report;

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

  /** All examples of a client, by its position. */
  public int examples(int client) {
    return counts.get(client).stream().mapToInt(Integer::intValue).sum();
  }
}
