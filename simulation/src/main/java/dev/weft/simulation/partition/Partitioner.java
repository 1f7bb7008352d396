package dev.weft.simulation.partition;

import dev.weft.core.random.Seed;
import java.util.List;

/**
 * Deals every example to exactly one client; a pure function of examples and seed. Another one is
 * another implementation with a {@link PartitionerCard}.
 */
public interface Partitioner {

  /**
   * @throws dev.weft.core.error.WeftException if a client would be without example, or the examples
   *     lack what they are dealt by
   */
  Partition partition(List<Example> examples, Seed seed);
}
