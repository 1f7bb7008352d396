package dev.weft.finetune.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptimizerTest {

  @Test
  void adamWFollowsItsFormulaStepByStepAtEachLanesRate() {
    float[] start = {0.5f, -2};
    float[][] gradients = {{0.1f, -3}, {-0.2f, 1}, {0.4f, 0}};
    double[][] rates = {{0.01, 0.02}, {0.02, 0.01}, {0.01, 0}};
    double[] mean = new double[2];
    double[] square = new double[2];
    double[] expected = {start[0], start[1]};
    try (Arena arena = Arena.open()) {
      Kernels kernels = Kernels.load(arena, "optimizer.py");
      NativeArray parameter = arena.floats(start, 2);
      AdamW optimizer = new AdamW(arena, kernels, List.of(parameter), 0.1);
      for (int t = 1; t <= gradients.length; t++) {
        optimizer.step(arena, List.of(arena.floats(gradients[t - 1], 2)), rates[t - 1]);
        for (int i = 0; i < 2; i++) {
          double g = gradients[t - 1][i];
          mean[i] = 0.9 * mean[i] + 0.1 * g;
          square[i] = 0.999 * square[i] + 0.001 * g * g;
          double meanHat = mean[i] / (1 - Math.pow(0.9, t));
          double squareHat = square[i] / (1 - Math.pow(0.999, t));
          expected[i] -= rates[t - 1][i] * 0.1 * expected[i];
          expected[i] -= rates[t - 1][i] * meanHat / (Math.sqrt(squareHat) + 1e-8);
        }
      }

      float[] result = parameter.toFloats();
      assertThat((double) result[0]).isCloseTo(expected[0], within(1e-6));
      assertThat((double) result[1]).isCloseTo(expected[1], within(1e-6));
    }
  }

  @Test
  void theProximalTermPullsTowardsTheReference() {
    try (Arena arena = Arena.open()) {
      Kernels kernels = Kernels.load(arena, "optimizer.py");
      NativeArray gradient = arena.floats(new float[] {1, 2}, 2);
      kernels
          .optimizer()
          .addProximal(
              arena,
              List.of(gradient),
              List.of(arena.floats(new float[] {5, 5}, 2)),
              List.of(arena.floats(new float[] {3, 9}, 2)),
              0.5);

      assertThat(gradient.toFloats()).containsExactly(1 + 0.5f * 2, 2 - 0.5f * 4);
    }
  }
}
