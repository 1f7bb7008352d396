package dev.weft.finetune.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.weft.checkpoint.quantization.Golden;
import dev.weft.checkpoint.quantization.QuantScheme;
import dev.weft.checkpoint.quantization.QuantSchemes;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.weights.Decomposer.Start;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Golden errors come from float64 decompositions of the same matrix. */
class DecomposerTest {
  private static final Golden GOLDEN = Golden.read("lowrank_quant.json");
  private static final QuantScheme NF4 = QuantSchemes.named("nf4");
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

      assertThat(error(Start.QUANTIZE, iterations))
          .as("%d iterations", iterations)
          .isCloseTo(best, withinPercentage(0.5));
    }
    assertThat(errors[5]).as("the last is not the best").isGreaterThan(best);
  }

  /** The reference measures with the pair of the iteration before, which is not the best one. */
  @Test
  void lqLoraIsNeverWorseThanTheReference() {
    float[] errors = GOLDEN.floats("/nf4/lqlora_error_per_iter");
    for (int iterations = 1; iterations <= errors.length; iterations++) {
      assertThat(error(Start.FACTOR, iterations))
          .as("%d iterations", iterations)
          .isLessThan(1.001 * errors[iterations - 1]);
    }
  }

  @ParameterizedTest
  @EnumSource(Start.class)
  void fiveIterationsBeatOneAndOneBeatsPlainQuantization(Start start) {
    double plain = GOLDEN.at("/nf4/qlora_error_no_lowrank").asDouble();

    assertThat(error(start, 1)).isLessThan(plain);
    assertThat(error(start, 5)).isLessThan(error(start, 1));
  }

  @ParameterizedTest
  @EnumSource(Start.class)
  void aPairOfFullRankLeavesNothing(Start start) {
    assertThat(new Decomposer(start, 32, 1).decompose(kernels, weights(), NF4).error())
        .isLessThan(1e-4);
  }

  @Test
  void aRankBeyondTheMatrixIsRefused() {
    Decomposer wide = new Decomposer(Start.QUANTIZE, 33, 1);
    assertThatThrownBy(() -> wide.decompose(kernels, weights(), NF4))
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.problem()).isEqualTo(Problem.RANK_TOO_LARGE))
        .hasMessage(
            "model.correction.rank: 33 is larger than an adapted layer allows; set it to at most"
                + " 32");
  }

  private static double error(Start start, int iterations) {
    return new Decomposer(start, RANK, iterations).decompose(kernels, weights(), NF4).error();
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
