package dev.weft.federation.metrics;

/**
 * The sites of a federation at a moment.
 *
 * @param joined sites that are members
 * @param here of them, those that are connected
 */
public record SitesNow(int joined, int here) {}
