package dev.weft.core.config;

import java.util.Optional;

/**
 * What a robust method assumes of its clients.
 *
 * @param trimmed share of the clients that is left out at either end of an entry
 * @param faulty clients that may send anything; empty for as many as the rule bears
 */
public record RobustConfig(double trimmed, Optional<Integer> faulty) {
  public RobustConfig {
    Check.that(trimmed >= 0 && trimmed < 0.5, "trimmed", "must be in [0, 0.5)", trimmed);
    faulty.ifPresent(clients -> Check.atLeast("faulty", clients, 0));
  }

  /**
   * How many of so many clients are left out at either end: rounded up, so that a share of few
   * clients is not none of them, as long as one is left.
   */
  public int trimmedOf(int clients) {
    return Math.min((int) Math.ceil(trimmed * clients), (clients - 1) / 2);
  }
}
