package dev.weft.simulation.partition;

import dev.weft.finetune.data.LabelSet;
import dev.weft.finetune.data.TextExample;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** All clients with their data. */
public record Partition(List<ClientShare> clients) {
  public Partition {
    clients = List.copyOf(clients);
  }

  /** Clients called client-1, client-2, …. */
  static Partition numbered(List<List<TextExample>> shares) {
    return new Partition(
        IntStream.range(0, shares.size())
            .mapToObj(i -> new ClientShare("client-" + (i + 1), shares.get(i)))
            .toList());
  }

  /** How many examples of each class each client has. */
  public LabelDistribution labelDistribution(LabelSet labels) {
    return new LabelDistribution(
        clients.stream().map(ClientShare::name).toList(),
        labels.names(),
        clients.stream().map(client -> counts(client, labels)).toList());
  }

  private static List<Integer> counts(ClientShare client, LabelSet labels) {
    int[] counts = new int[labels.size()];
    for (int label : labels.indices(client.examples())) {
      counts[label]++;
    }
    return Arrays.stream(counts).boxed().toList();
  }
}
