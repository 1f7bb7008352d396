package dev.weft.finetune.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.finetune.torch.Arena;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProductTest {
  private static final int ROWS = 5;
  private static final int IN = 37;
  private static final int OUT = 11;

  /** Only one of them runs on any one machine. */
  @ParameterizedTest
  @ValueSource(strings = {"product_libtorch.py", "product_onednn.py"})
  void bothWaysToMultiplyGiveTheProduct(String file) {
    SeededRandom random = new Seed(1).random();
    float[] x = normal(random, ROWS * IN);
    float[] w = normal(random, OUT * IN);
    try (Arena arena = Arena.open()) {
      float[] product =
          kernels(arena, file)
              .program()
              .callOne(arena, "product", arena.floats(x, ROWS, IN), arena.floats(w, OUT, IN))
              .toFloats();

      for (int row = 0; row < ROWS; row++) {
        for (int out = 0; out < OUT; out++) {
          double expected = 0;
          for (int i = 0; i < IN; i++) {
            expected += (double) x[row * IN + i] * w[out * IN + i];
          }
          assertThat((double) product[row * OUT + out]).isCloseTo(expected, within(1e-4));
        }
      }
    }
  }

  private static Kernels kernels(Arena arena, String file) {
    try {
      return Kernels.load(arena, file);
    } catch (IllegalArgumentException e) {
      assumeTrue(file.contains("libtorch"), "this libtorch was built without oneDNN");
      throw e;
    }
  }

  private static float[] normal(SeededRandom random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
