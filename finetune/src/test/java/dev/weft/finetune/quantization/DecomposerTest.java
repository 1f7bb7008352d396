package dev.weft.finetune.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.quantization.Decomposer.Decomposition;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden errors come from float64 decompositions of the same matrix. */
class DecomposerTest {
  private static final Golden GOLDEN = Golden.read("lowrank_quant.json");
  private static final QuantScheme NF4 = BlockCodebook.nf4(false);
  private static final int RANK = 8;

  private static Arena arena;
  private static Kernels kernels;

  @BeforeAll
  static void loadKernels() {
    arena = Arena.open();
    kernels = Kernels.load(arena, "quantization.py");
  }

  @AfterAll
  static void freeKernels() {
    arena.close();
  }

  @Test
  void loftQHasTheErrorsOfTheReferenceAndKeepsTheBestIterate() {
    float[] errors = GOLDEN.floats("/nf4/loftq_error_per_iter");
    float best = Float.POSITIVE_INFINITY;
    for (int iterations = 1; iterations <= errors.length; iterations++) {
      best = Math.min(best, errors[iterations - 1]);

      assertThat(decompose(Decomposer.loftQ(iterations)).error())
          .as("%d iterations", iterations)
          .isCloseTo(best, withinPercentage(0.5));
    }
    assertThat(errors[5]).as("the last is not the best").isGreaterThan(best);
  }

  @Test
  void lqLoraHasTheErrorsOfTheReference() {
    float[] errors = GOLDEN.floats("/nf4/lqlora_error_per_iter");
    for (int iterations = 1; iterations <= errors.length; iterations++) {
      assertThat(decompose(Decomposer.lqLora(iterations)).error())
          .as("%d iterations", iterations)
          .isCloseTo(errors[iterations - 1], withinPercentage(0.5));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 16})
  void theCorrectionLeavesExactlyTheReportedError(int rank) {
    Tensor weights = weights();
    Decomposition parts = Decomposer.loftQ(3).decompose(kernels, weights, NF4, rank);
    Tensor base = parts.base().decode();
    double squares = 0;
    for (int row = 0; row < 32; row++) {
      for (int column = 0; column < 128; column++) {
        double value = base.at(row, column);
        for (int k = 0; k < rank; k++) {
          value += parts.correction().left().at(row, k) * parts.correction().right().at(k, column);
        }
        squares += Math.pow(weights.at(row, column) - value, 2);
      }
    }

    assertThat(Math.sqrt(squares)).isCloseTo(parts.error(), withinPercentage(0.01));
  }

  @Test
  void anyCorrectionBeatsPlainQuantization() {
    double plain = GOLDEN.at("/nf4/qlora_error_no_lowrank").asDouble();

    assertThat(decompose(Decomposer.lorc()).error()).isLessThan(plain);
    assertThat(decompose(Decomposer.loftQ(5)).error())
        .isLessThan(decompose(Decomposer.lorc()).error());
  }

  @Test
  void aFullRankCorrectionLeavesNothing() {
    assertThat(Decomposer.lorc().decompose(kernels, weights(), NF4, 32).error()).isLessThan(1e-4);
  }

  @Test
  void aRankBeyondTheMatrixIsRefused() {
    assertThatThrownBy(() -> Decomposer.lorc().decompose(kernels, weights(), NF4, 33))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rank: must be between 1 and 32, got 33");
  }

  private static Decomposition decompose(Decomposer decomposer) {
    return decomposer.decompose(kernels, weights(), NF4, RANK);
  }

  /** A product of rank four and noise, all from dyadic fractions. */
  private static Tensor weights() {
    float[] left = dyadic(32 * 4, 17, 3, 53, 32);
    float[] right = dyadic(4 * 128, 23, 9, 59, 64);
    float[] weights = dyadic(32 * 128, 7919, 13, 1009, 1024);
    for (int row = 0; row < 32; row++) {
      for (int column = 0; column < 128; column++) {
        float product = 0;
        for (int k = 0; k < 4; k++) {
          product += left[row * 4 + k] * right[k * 128 + column];
        }
        weights[row * 128 + column] += product * 0.25f;
      }
    }
    return Tensor.of(weights, 32, 128);
  }

  private static float[] dyadic(int count, long factor, int offset, int modulus, float divisor) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = ((factor * i + offset) % modulus - modulus / 2) / divisor;
    }
    return values;
  }
}
