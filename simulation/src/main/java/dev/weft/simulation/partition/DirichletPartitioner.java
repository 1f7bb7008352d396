package dev.weft.simulation.partition;

import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.finetune.data.TextExample;
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

  @Override
  public Partition partition(List<TextExample> examples, Seed seed) {
    SeededRandom random = seed.of("partition", "dirichlet").random();
    List<List<TextExample>> shares = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      shares.add(new ArrayList<>());
    }
    for (List<TextExample> sameClass : byClass(examples).values()) {
      random.shuffle(sameClass);
      List<List<TextExample>> dealt =
          Shares.deal(sameClass, Shares.dirichlet(clients, alpha, random));
      for (int i = 0; i < clients; i++) {
        shares.get(i).addAll(dealt.get(i));
      }
    }
    // So that the example a full client gives up is of no particular class.
    shares.forEach(random::shuffle);
    Shares.fillEmpty(shares);
    return Partition.numbered(shares);
  }

  private static Map<String, List<TextExample>> byClass(List<TextExample> examples) {
    return examples.stream()
        .collect(
            Collectors.groupingBy(
                TextExample::label, TreeMap::new, Collectors.toCollection(ArrayList::new)));
  }
}
