package dev.weft.core.adapter;

import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;

/**
 * How a part of the global adapter can be had by a client. What can be derived is never sent; the
 * digest of the result is checked either way.
 */
public sealed interface Origin {

  /** All zeros, such as B before the first round. */
  record Zeros() implements Origin {}

  /**
   * Kaiming-uniform with a = sqrt 5, that is uniform on ±1/sqrt(in) for {@code [r, in]}, drawn row
   * by row from the protocol seed and the tensor's name (methods.md fact 10). Leading rows do not
   * depend on the rank.
   */
  record Kaiming(Seed seed) implements Origin {}

  /** Only the coordinator has it: fetch by digest. */
  record Fetched() implements Origin {}

  /**
   * The tensors of a derivable part, with the names and shapes of {@code like}.
   *
   * @throws IllegalStateException if the part has to be fetched
   */
  default TensorMap derive(TensorMap like) {
    if (this instanceof Kaiming kaiming) {
      return like.map((name, tensor) -> kaiming(kaiming.seed().of(name), tensor.shapeArray()));
    }
    if (this instanceof Zeros) {
      return like.map((name, tensor) -> Tensor.zeros(tensor.shapeArray()));
    }
    throw new IllegalStateException("a fetched part cannot be derived");
  }

  private static Tensor kaiming(Seed seed, int... shape) {
    SeededRandom random = seed.random();
    double bound = 1 / Math.sqrt(shape[shape.length - 1]);
    float[] values = new float[Math.toIntExact(Tensor.elements(shape))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
    }
    return Tensor.of(values, shape);
  }
}
