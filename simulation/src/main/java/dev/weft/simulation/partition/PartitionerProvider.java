package dev.weft.simulation.partition;

import java.util.List;

/**
 * Partitioners of a user's own jar: {@code
 * META-INF/services/dev.weft.simulation.partition.PartitionerProvider} names the implementation,
 * which has a constructor without parameters.
 */
@FunctionalInterface
public interface PartitionerProvider {
  List<PartitionerCard> partitioners();
}
