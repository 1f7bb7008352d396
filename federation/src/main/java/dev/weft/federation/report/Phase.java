package dev.weft.federation.report;

/**
 * What a part of a run's time was for.
 *
 * @param name such as {@code opening}; a key of {@code phases} in {@code summary.json}
 */
public record Phase(String name, double seconds) {}
