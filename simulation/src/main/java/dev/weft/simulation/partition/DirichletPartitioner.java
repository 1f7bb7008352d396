package dev.weft.simulation.partition;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Label skew: the examples of every class are shared out by an own draw from Dirichlet(alpha) (Hsu
 * et al., "Measuring the effects of non-identical data distribution", 2019). A client left empty
 * takes single examples from the largest ({@link Shares#fillEmpty}).
 *
 * @param alpha concentration: small gives each class to few clients, large approaches equal shares
 */
record DirichletPartitioner(int clients, double alpha) implements Partitioner {
  static final PartitionerCard CARD =
      PartitionerCard.of(
          "dirichlet",
          config -> new DirichletPartitioner(config.dealtClients(), config.partition().alpha()));

  @Override
  public Partition partition(List<Example> examples, Seed seed) {
    SeededRandom random = seed.of("partition", "dirichlet").random();
    List<List<Integer>> shares = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      shares.add(new ArrayList<>());
    }
    for (List<Integer> sameClass : byClass(examples).values()) {
      random.shuffle(sameClass);
      List<List<Integer>> dealt = Shares.deal(sameClass, Shares.dirichlet(clients, alpha, random));
      for (int i = 0; i < clients; i++) {
        shares.get(i).addAll(dealt.get(i));
      }
    }
    // So that the example a full client gives up is of no particular class.
    shares.forEach(random::shuffle);
    Shares.fillEmpty(shares);
    return Partition.numbered(shares);
  }

  private static Map<String, List<Integer>> byClass(List<Example> examples) {
    return Shares.positions(examples.size()).stream()
        .collect(
            Collectors.groupingBy(
                position -> label(examples.get(position)),
                TreeMap::new,
                Collectors.toCollection(ArrayList::new)));
  }

  private static String label(Example example) {
    return example
        .label()
        .orElseThrow(
            () ->
                new WeftException(
                    Problem.INVALID_COMBINATION,
                    "simulation.partition.scheme: dirichlet deals examples by their class, and this"
                        + " data has no classes; set simulation.partition.scheme = equal"));
  }
}
