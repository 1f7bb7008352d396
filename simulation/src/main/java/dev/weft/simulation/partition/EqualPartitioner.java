package dev.weft.simulation.partition;

import dev.weft.core.random.Seed;
import dev.weft.finetune.data.TextExample;
import java.util.ArrayList;
import java.util.List;

/** Equal shares of shuffled examples: no skew at all. Sizes differ by at most one. */
record EqualPartitioner(int clients) implements Partitioner {

  @Override
  public Partition partition(List<TextExample> examples, Seed seed) {
    List<TextExample> shuffled = new ArrayList<>(examples);
    seed.of("partition", "equal").random().shuffle(shuffled);
    List<List<TextExample>> shares = Shares.deal(shuffled, Shares.equal(clients));
    Shares.fillEmpty(shares);
    return Partition.numbered(shares);
  }
}
