package dev.weft.finetune.transformer;

import dev.weft.core.Digest;

/**
 * What a model occupies.
 *
 * @param parameters number of weights
 * @param bytes held for all of them
 * @param quantizedParameters number of weights in linear layers
 * @param quantizedBytes held for linear layers
 * @param digest over exactly the held bytes
 */
public record Holding(
    long parameters, long bytes, long quantizedParameters, long quantizedBytes, Digest digest) {

  /** Of a weight in a linear layer. */
  public double bitsPerWeight() {
    return 8.0 * quantizedBytes / quantizedParameters;
  }
}
