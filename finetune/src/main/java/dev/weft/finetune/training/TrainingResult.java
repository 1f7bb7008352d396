package dev.weft.finetune.training;

import dev.weft.core.tensor.TensorMap;

/**
 * What a client's training gives.
 *
 * @param trained new values of the tensors of the trained parts, in canonical order
 * @param meanLoss mean cross entropy over the examples seen, each at the moment it was seen
 * @param examplesSeen number of examples processed, repetitions counted
 * @param tokensSeen number of their tokens, without padding
 * @param steps optimizer steps taken
 */
public record TrainingResult(
    TensorMap trained, double meanLoss, long examplesSeen, long tokensSeen, int steps) {}
