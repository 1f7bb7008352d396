package dev.weft.core.update;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.Tensor;

/** Values uniform on ±1. */
final class RandomAdapter {
  private RandomAdapter() {}

  static Adapter of(AdapterForm form, AdapterTarget target, Seed seed) {
    SeededRandom random = seed.random();
    return new Adapter(
        form,
        target,
        form.zeros(target)
            .map(
                (name, tensor) -> {
                  float[] values = new float[tensor.size()];
                  for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (2 * random.nextDouble() - 1);
                  }
                  return Tensor.of(values, tensor.shapeArray());
                }));
  }
}
