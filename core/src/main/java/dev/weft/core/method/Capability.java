package dev.weft.core.method;

/**
 * What an aggregator must see of the clients' updates; decides what can be masked. Whoever hands on
 * what single clients sent, or needs it to decide, is PER_CLIENT.
 */
public enum Capability {
  /** Only weighted sums of the trained tensors. */
  LINEAR,
  /** Sums of the clients' products B·A: linear in the product, not in the factors. */
  PRODUCT,
  /** Each client's update. */
  PER_CLIENT
}
