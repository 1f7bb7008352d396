package dev.weft.core.metrics;

/**
 * What a local training measured about itself; repetitions count.
 *
 * @param meanLoss mean cross entropy over the examples, each at the moment it was seen, in nats
 * @param examplesProcessed examples seen
 * @param tokensProcessed their tokens, without padding
 * @param steps optimizer steps taken
 */
public record TrainingFigures(
    double meanLoss, long examplesProcessed, long tokensProcessed, int steps) {}
