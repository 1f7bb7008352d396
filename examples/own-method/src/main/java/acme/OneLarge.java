package acme;

import dev.weft.core.random.Seed;
import dev.weft.simulation.partition.Example;
import dev.weft.simulation.partition.Partition;
import dev.weft.simulation.partition.Partitioner;
import dev.weft.simulation.partition.Shares;
import java.util.Arrays;
import java.util.List;

/** One client has half of the examples, the others share the rest. */
record OneLarge(int clients) implements Partitioner {

  @Override
  public Partition partition(List<Example> examples, Seed seed) {
    List<Integer> shuffled = Shares.positions(examples.size());
    seed.of("partition", "one-large").random().shuffle(shuffled);
    double[] shares = new double[clients];
    Arrays.fill(shares, 0.5 / (clients - 1));
    shares[0] = 0.5;
    List<List<Integer>> dealt = Shares.deal(shuffled, shares);
    Shares.fillEmpty(dealt);
    return Partition.numbered(dealt);
  }
}
