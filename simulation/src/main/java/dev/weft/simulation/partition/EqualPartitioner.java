package dev.weft.simulation.partition;

import dev.weft.core.random.Seed;
import java.util.List;

/** Equal shares of shuffled examples: no skew at all. Sizes differ by at most one. */
record EqualPartitioner(int clients) implements Partitioner {
  static final PartitionerCard CARD =
      PartitionerCard.of("equal", config -> new EqualPartitioner(config.dealtClients()));

  @Override
  public Partition partition(List<Example> examples, Seed seed) {
    List<Integer> shuffled = Shares.positions(examples.size());
    seed.of("partition", "equal").random().shuffle(shuffled);
    List<List<Integer>> shares = Shares.deal(shuffled, Shares.equal(clients));
    Shares.fillEmpty(shares);
    return Partition.numbered(shares);
  }
}
