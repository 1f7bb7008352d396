package dev.weft.simulation.partition;

import dev.weft.core.config.SimulationConfig;
import dev.weft.core.random.Seed;
import java.util.List;

/** Deals every example to exactly one client; a pure function of examples and seed. */
public interface Partitioner {

  /**
   * @throws dev.weft.core.error.WeftException if a client would be without example, or the examples
   *     lack what they are dealt by
   */
  Partition partition(List<Example> examples, Seed seed);

  /**
   * The partitioner a configuration names.
   *
   * @param withClasses whether the examples have classes
   */
  static Partitioner of(SimulationConfig config, boolean withClasses) {
    int clients = config.dealtClients();
    double alpha = config.partition().alpha();
    return switch (config.partition().schemeFor(withClasses)) {
      case DIRICHLET -> new DirichletPartitioner(clients, alpha);
      case EQUAL -> new EqualPartitioner(clients);
      case QUANTITY -> new QuantityPartitioner(clients, alpha);
      case COLUMN -> new ColumnPartitioner(config.clients());
    };
  }
}
