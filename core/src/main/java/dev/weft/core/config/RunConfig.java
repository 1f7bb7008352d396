package dev.weft.core.config;

import java.util.List;
import java.util.Optional;

/**
 * The run as a whole.
 *
 * @param sites of a federation that take part; none for all that are enrolled. Who takes part is
 *     part of what makes a run the same, and known when it begins
 * @param evaluateAtSites whether sites measure every state on held-out examples of their own
 * @param name folder of the results; empty for the method's name with the time
 */
public record RunConfig(
    @ResultsUnchanged Optional<String> name,
    long seed,
    int rounds,
    @ResultsUnchanged List<String> sites,
    @ResultsUnchanged boolean evaluateAtSites,
    @ResultsUnchanged String output) {
  public RunConfig {
    Check.atLeast("rounds", rounds, 1);
    Check.notBlank("output", output);
    sites = List.copyOf(sites);
    sites.forEach(site -> Check.notBlank("sites", site));
    name.ifPresent(
        value ->
            Check.that(
                value.matches("[A-Za-z0-9._-]+") && !value.startsWith("."),
                "name",
                "may hold letters, digits, '.', '_' and '-' and not start with '.'",
                value));
  }
}
