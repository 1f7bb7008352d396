package dev.weft.simulation.partition;

import dev.weft.core.Text;
import dev.weft.core.config.SimulationConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.core.registry.Origins;
import dev.weft.core.registry.Outside;
import dev.weft.core.registry.Registry;
import java.util.List;

/**
 * The registry of partitioners: a new one is a file of its own and a line here, or comes from a
 * user's jar ({@link PartitionerProvider}).
 */
public final class Partitioners {
  private static final Registry<PartitionerCard> REGISTRY =
      new Registry<>(
          List.of(
              DirichletPartitioner.CARD,
              EqualPartitioner.CARD,
              QuantityPartitioner.CARD,
              ColumnPartitioner.CARD),
          () -> Outside.of(PartitionerProvider.class, PartitionerProvider::partitioners));

  private Partitioners() {}

  public static List<String> names() {
    return REGISTRY.names();
  }

  /**
   * @throws WeftException if there is no such partitioner
   */
  public static PartitionerCard card(String name) {
    return REGISTRY.named(
        name,
        known ->
            new WeftException(
                Problem.BAD_VALUE,
                Text.format(
                    "simulation.partition.scheme: %s is not a partitioner; choose one of auto, %s",
                    name, known)));
  }

  /**
   * The configured one.
   *
   * @param withClasses whether the examples have classes
   * @throws WeftException if there is no such partitioner
   */
  public static PartitionerCard card(SimulationConfig.Partition config, boolean withClasses) {
    return config
        .scheme()
        .map(Partitioners::card)
        .orElse(withClasses ? DirichletPartitioner.CARD : EqualPartitioner.CARD);
  }

  /**
   * Deals all examples; see {@link PartitionerCard#deal}.
   *
   * @throws WeftException naming its jar, if a user's own partitioner fails
   */
  public static Partition deal(
      PartitionerCard card, SimulationConfig config, List<Example> examples, Seed seed) {
    return REGISTRY.ask(card, each -> each.deal(config, examples, seed));
  }

  /** Where a partitioner comes from, unless it is Weft's own. */
  public static Origins origins(PartitionerCard card) {
    return REGISTRY.origins(card);
  }
}
