package dev.weft.core.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The server side of a federation of real sites.
 *
 * @param listen host and port that this process serves
 * @param addresses hosts and ports under which sites reach it, best first
 * @param grace how long a run waits for more sites once enough for a round are ready
 * @param metricsListen host and port of this machine alone at which monitoring reads how it does;
 *     empty for none
 * @param journal where its runs are remembered
 */
public record CoordinatorConfig(
    String listen,
    List<String> addresses,
    Duration grace,
    Optional<String> metricsListen,
    JournalConfig journal) {
  public CoordinatorConfig {
    addresses = List.copyOf(addresses);
    Check.notBlank("listen", listen);
    addresses.forEach(address -> Check.notBlank("addresses", address));
    Check.notNegative("grace", grace);
    metricsListen.ifPresent(address -> Check.notBlank("metrics-listen", address));
  }
}
