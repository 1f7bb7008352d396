package dev.weft.simulation.partition;

import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import java.util.List;

/**
 * Quantity skew: client sizes follow one draw from Dirichlet(alpha), classes are not skewed. A
 * client left empty takes single examples from the largest ({@link Shares#fillEmpty}).
 */
record QuantityPartitioner(int clients, double alpha) implements Partitioner {
  static final PartitionerCard CARD =
      PartitionerCard.of(
          "quantity",
          config -> new QuantityPartitioner(config.dealtClients(), config.partition().alpha()));

  @Override
  public Partition partition(List<Example> examples, Seed seed) {
    SeededRandom random = seed.of("partition", "quantity").random();
    List<Integer> shuffled = Shares.positions(examples.size());
    random.shuffle(shuffled);
    List<List<Integer>> shares = Shares.deal(shuffled, Shares.dirichlet(clients, alpha, random));
    Shares.fillEmpty(shares);
    return Partition.numbered(shares);
  }
}
