package dev.weft.checkpoint.quantization;

import dev.weft.core.tensor.Tensor;

/** No quantization, for comparisons: everything is decoded to float32. */
record Float32() implements QuantScheme {

  @Override
  public String name() {
    return "none";
  }

  @Override
  public StoredMatrix store(Tensor weights) {
    return PlainMatrix.of(weights);
  }

  @Override
  public boolean rounds() {
    return false;
  }
}
