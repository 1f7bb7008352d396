package dev.weft.checkpoint.quantization;

import dev.weft.core.tensor.Tensor;

/** Every matrix stays in the bytes its file has it in, decoded when used. */
record AsIs() implements QuantScheme {

  @Override
  public String name() {
    return "as-is";
  }

  @Override
  public StoredMatrix store(Tensor weights) {
    return PlainMatrix.of(weights);
  }

  @Override
  public StoredMatrix hold(StoredMatrix matrix) {
    return matrix;
  }

  @Override
  public boolean rounds() {
    return false;
  }
}
