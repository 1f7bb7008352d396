package dev.weft.simulation.report;

import dev.weft.core.Digest;

/**
 * The frozen base model of a run.
 *
 * @param bitsPerWeight of the quantized weights, scales included
 * @param residentBytes all bytes held for the model
 */
public record ModelSummary(
    String name,
    long parameters,
    String quantization,
    double bitsPerWeight,
    long residentBytes,
    Digest digest) {}
