package dev.weft.aggregation;

import dev.weft.core.adapter.GlobalState;

/**
 * What a round leaves behind.
 *
 * @param next the state to commit
 * @param aggregationError distance of the global change from the clients' weighted mean change,
 *     relative ({@link AggregationMeter}); NaN if it was not measured
 * @param fixedPointBound how far fixed point can have moved that weighted mean, relative; NaN if it
 *     was not measured
 * @param clients number of clients that contributed
 * @param examples training examples behind them
 */
public record RoundResult(
    GlobalState next,
    double aggregationError,
    double fixedPointBound,
    int clients,
    long examples) {}
