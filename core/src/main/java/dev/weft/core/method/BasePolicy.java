package dev.weft.core.method;

/** What a method does to the base model; the quantized bytes themselves never change. */
public enum BasePolicy {
  /** Nothing: the current adapter is the full state. */
  FROZEN,
  /** Every round appends a low-rank side delta that all clients apply in order. */
  SIDE_DELTAS
}
