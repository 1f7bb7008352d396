package dev.weft.simulation.report;

/** What the same budget reaches on pooled data: the mark a federated run is measured by. */
public record CentralizedReference(double accuracy, double macroF1) {}
