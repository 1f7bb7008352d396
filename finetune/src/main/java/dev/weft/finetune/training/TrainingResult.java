package dev.weft.finetune.training;

import dev.weft.core.metrics.TrainingFigures;
import dev.weft.core.tensor.TensorMap;

/**
 * What a client's training gives.
 *
 * @param trained new values of the tensors of the trained parts, in canonical order
 * @param figures what it measured about itself
 */
public record TrainingResult(TensorMap trained, TrainingFigures figures) {}
