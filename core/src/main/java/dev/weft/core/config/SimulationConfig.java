package dev.weft.core.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Many clients in one process.
 *
 * @param clients how many; empty for {@value #CLIENTS}, or one per site that the data names
 * @param parallelism passes over the base that run at once; empty for the number of cores
 * @param lanes clients that train in one pass, at most
 */
public record SimulationConfig(
    Optional<Integer> clients,
    @ResultsUnchanged Optional<Integer> parallelism,
    int lanes,
    Partition partition,
    @ResultsUnchanged boolean centralizedReference,
    Faults faults) {

  private static final int CLIENTS = 8;

  public SimulationConfig {
    clients.ifPresent(count -> Check.between("clients", count, 1, 100_000));
    parallelism.ifPresent(threads -> Check.between("parallelism", threads, 1, 1024));
    Check.between("lanes", lanes, 1, 1024);
  }

  /** How many clients examples are dealt to, where the data does not say. */
  public int dealtClients() {
    return clients.orElse(CLIENTS);
  }

  /**
   * How examples are dealt to clients.
   *
   * @param scheme name of a partitioner; empty for dirichlet where examples have classes, else
   *     equal
   * @param alpha concentration of the Dirichlet distributions; smaller is more uneven
   */
  public record Partition(Optional<String> scheme, double alpha) {
    public Partition {
      scheme.ifPresent(name -> Check.notBlank("scheme", name));
      Check.positive("alpha", alpha);
    }
  }

  /**
   * Deliberate misbehaviour, to see that a run survives it.
   *
   * @param nan clients whose updates turn to NaN
   * @param fail clients whose training fails
   * @param maxDelay clients finish late by up to this, at random
   */
  public record Faults(List<String> nan, List<String> fail, @ResultsUnchanged Duration maxDelay) {
    public Faults {
      nan = List.copyOf(nan);
      fail = List.copyOf(fail);
      Check.notNegative("max-delay", maxDelay);
    }
  }
}
