package dev.weft.core.config;

import java.util.Optional;

/**
 * The run as a whole.
 *
 * @param name folder of the results; empty for the method's name with the time
 */
public record RunConfig(
    @ResultsUnchanged Optional<String> name,
    long seed,
    int rounds,
    @ResultsUnchanged String output) {
  public RunConfig {
    Check.atLeast("rounds", rounds, 1);
    Check.notBlank("output", output);
    name.ifPresent(
        value ->
            Check.that(
                value.matches("[A-Za-z0-9._-]+") && !value.startsWith("."),
                "name",
                "may hold letters, digits, '.', '_' and '-' and not start with '.'",
                value));
  }
}
