package dev.weft.simulation.partition;

import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.finetune.data.TextExample;
import java.util.ArrayList;
import java.util.List;

/**
 * Quantity skew: client sizes follow one draw from Dirichlet(alpha), classes are not skewed. A
 * client left empty takes single examples from the largest ({@link Shares#fillEmpty}).
 */
record QuantityPartitioner(int clients, double alpha) implements Partitioner {

  @Override
  public Partition partition(List<TextExample> examples, Seed seed) {
    SeededRandom random = seed.of("partition", "quantity").random();
    List<TextExample> shuffled = new ArrayList<>(examples);
    random.shuffle(shuffled);
    List<List<TextExample>> shares =
        Shares.deal(shuffled, Shares.dirichlet(clients, alpha, random));
    Shares.fillEmpty(shares);
    return Partition.numbered(shares);
  }
}
