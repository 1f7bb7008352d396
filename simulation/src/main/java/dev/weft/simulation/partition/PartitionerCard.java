package dev.weft.simulation.partition;

import dev.weft.core.Text;
import dev.weft.core.config.SimulationConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.core.registry.Named;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A partitioner as it is registered.
 *
 * @param name the name users type
 * @param bySite whether clients are the sites that the data names
 * @param partitioner under these settings
 */
public record PartitionerCard(
    String name, boolean bySite, Function<SimulationConfig, Partitioner> partitioner)
    implements Named {

  /** One whose clients are not the data's own. */
  public static PartitionerCard of(
      String name, Function<SimulationConfig, Partitioner> partitioner) {
    return new PartitionerCard(name, false, partitioner);
  }

  /**
   * Deals all examples.
   *
   * @throws WeftException if they cannot be dealt so, or one is not dealt to exactly one client
   */
  public Partition deal(SimulationConfig config, List<Example> examples, Seed seed) {
    Partition partition = partitioner.apply(config).partition(examples, seed);
    Set<String> clients = new HashSet<>();
    BitSet dealt = new BitSet(examples.size());
    for (ClientShare share : partition.clients()) {
      require(clients.add(share.name()), "has two clients of one name");
      for (int example : share.examples()) {
        require(example >= 0 && example < examples.size(), "deals an example that there is not");
        require(!dealt.get(example), "deals an example twice");
        dealt.set(example);
      }
    }
    require(dealt.cardinality() == examples.size(), "leaves examples out");
    return partition;
  }

  private void require(boolean holds, String complaint) {
    if (!holds) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format(
              "simulation.partition.scheme: %s %s; mend the partitioner or choose another one",
              name, complaint));
    }
  }
}
