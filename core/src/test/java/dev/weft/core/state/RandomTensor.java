package dev.weft.core.state;

import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.Tensor;

/** Normal values. */
final class RandomTensor {
  private RandomTensor() {}

  static Tensor of(SeededRandom random, int... shape) {
    float[] values = new float[Math.toIntExact(Tensor.elements(shape))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, shape);
  }
}
