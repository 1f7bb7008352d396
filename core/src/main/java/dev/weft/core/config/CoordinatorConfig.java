package dev.weft.core.config;

import java.time.Duration;
import java.util.List;

/**
 * The server side of a federation of real sites.
 *
 * @param listen host and port that this process serves
 * @param addresses hosts and ports under which sites reach it, best first
 * @param grace how long a run waits for more sites once enough for a round are ready
 */
public record CoordinatorConfig(String listen, List<String> addresses, Duration grace) {
  public CoordinatorConfig {
    addresses = List.copyOf(addresses);
    Check.notBlank("listen", listen);
    addresses.forEach(address -> Check.notBlank("addresses", address));
    Check.notNegative("grace", grace);
  }
}
