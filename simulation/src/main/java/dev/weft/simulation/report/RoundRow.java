package dev.weft.simulation.report;

/**
 * What one committed round measured.
 *
 * @param round from 1
 * @param trainLoss mean over the clients, weighted by their examples
 * @param bytesUp encoded updates of all clients
 * @param bytesDown artifacts fetched by all clients
 * @param aggregationError distance of the global change from the clients' weighted mean change,
 *     relative; NaN if it was not measured
 * @param fixedPointBound how far fixed point can have moved that weighted mean, relative; NaN if it
 *     was not measured
 */
public record RoundRow(
    int round,
    double trainLoss,
    double accuracy,
    double macroF1,
    long bytesUp,
    long bytesDown,
    double aggregationError,
    double fixedPointBound,
    double seconds) {}
