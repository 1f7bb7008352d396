package dev.weft.finetune;

import dev.weft.core.Digest;
import dev.weft.finetune.transformer.Holding;

/**
 * What a base model is and costs.
 *
 * @param name for people
 * @param parameters number of weights
 * @param quantization format of the linear layers, as users write it
 * @param bitsPerWeight of the linear layers, scales included
 * @param residentBytes held for the whole base model: linear layers as quantized, tables, norms and
 *     biases in float32
 * @param digest over exactly these bytes
 */
public record ModelFacts(
    String name,
    long parameters,
    String quantization,
    double bitsPerWeight,
    long residentBytes,
    Digest digest) {

  static ModelFacts of(String name, String quantization, Holding holding) {
    return new ModelFacts(
        name,
        holding.parameters(),
        quantization,
        holding.bitsPerWeight(),
        holding.bytes(),
        holding.digest());
  }
}
