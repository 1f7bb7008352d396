package dev.weft.finetune.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.encoder.EncoderBatch;
import dev.weft.finetune.encoder.ReferenceEncoder;
import dev.weft.finetune.encoder.TinyEncoder;
import dev.weft.finetune.text.TokenizedSet;
import dev.weft.finetune.text.TokenizedSets;
import dev.weft.finetune.torch.Arena;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The hand-written backward pass against central differences of a double-precision reference. */
class LossGradientsTest {
  private static final TokenizedSet DATA = TokenizedSets.random(5, 9, 20, 3, 2);
  private static final double STEP = 1e-5;

  private static TinyTuner tiny;

  @BeforeAll
  static void open() {
    tiny = new TinyTuner(TinyEncoder.SHAPE);
  }

  @AfterAll
  static void close() {
    tiny.close();
  }

  static Stream<ChainAdapter> forms() {
    return Stream.of(ChainAdapter.lora(3, 0.7f), ChainAdapter.fullCore(3, 0.7f));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void everyGradientEqualsTheDifferenceQuotient(ChainAdapter form) {
    Adapter adapter = tiny.randomAdapter(form, 4);
    Map<String, Tensor> gradients = gradients(adapter);

    assertThat(gradients.keySet()).isEqualTo(adapter.trained().names());
    SeededRandom pick = new Seed(9).random();
    for (String name : adapter.trained().names()) {
      for (int probe = 0; probe < 2; probe++) {
        int index = pick.nextInt(gradients.get(name).size());
        double quotient =
            (loss(adapter, name, index, STEP) - loss(adapter, name, index, -STEP)) / (2 * STEP);
        assertThat((double) gradients.get(name).at(index))
            .as("%s[%d]", name, index)
            .isCloseTo(quotient, within(5e-5));
      }
    }
  }

  @Test
  void theLossEqualsTheReference() {
    Adapter adapter = tiny.randomAdapter(ChainAdapter.fullCore(3, 0.7f), 4);
    try (Arena arena = Arena.open()) {
      assertThat(lossGradients(arena, adapter).meanLoss())
          .isCloseTo(loss(adapter, AdapterTarget.Head.BIAS, 0, 0), within(1e-5));
    }
  }

  @Test
  void denseGradientsExplainThoseOfTheFactors() {
    Adapter adapter = tiny.randomAdapter(ChainAdapter.lora(3, 0.7f), 4);
    Map<String, Tensor> gradients = gradients(adapter);
    try (Arena arena = Arena.open()) {
      NativeAdapter attached =
          new NativeAdapter(arena, tiny.kernels, adapter, tiny.sites, List.of());
      Map<String, double[][]> dense = new TreeMap<>();
      LossGradients.propagate(
          arena,
          tiny.encoder,
          tiny.kernels,
          attached,
          List.of(attached.headWeight(), attached.headBias()),
          EncoderBatch.of(arena, DATA, new int[] {0, 1, 2, 3, 4}),
          Set.copyOf(tiny.sites),
          (scratch, site, x, dy) -> {
            Tensor zeros = Tensor.zeros(dy.shape()[1], x.shape()[1]);
            Tensor sum =
                tiny.kernels
                    .callOne(scratch, "add_dense_gradient", scratch.floats(zeros), x, dy)
                    .toTensor();
            dense.put(site.name(), values(TensorMap.of(Map.of("W", sum)), "W", "", 0, 0));
          });

      for (AdapterTarget.Layer layer : adapter.target().layers()) {
        double[][] g = dense.get(layer.name());
        double[][] a = values(adapter.tensors(), layer.name() + ".lora_A", "", 0, 0);
        Tensor gradientOfB = gradients.get(layer.name() + ".lora_B");
        for (int o = 0; o < g.length; o++) {
          for (int r = 0; r < a.length; r++) {
            double expected = 0;
            for (int i = 0; i < g[o].length; i++) {
              expected += 0.7 * g[o][i] * a[r][i];
            }
            assertThat((double) gradientOfB.at(o, r)).isCloseTo(expected, within(1e-5));
          }
        }
      }
    }
  }

  private static Map<String, Tensor> gradients(Adapter adapter) {
    Map<String, Tensor> gradients = new TreeMap<>();
    try (Arena arena = Arena.open()) {
      lossGradients(arena, adapter)
          .byTensor()
          .forEach((name, gradient) -> gradients.put(name, gradient.toTensor()));
    }
    return gradients;
  }

  private static LossGradients lossGradients(Arena arena, Adapter adapter) {
    NativeAdapter attached = new NativeAdapter(arena, tiny.kernels, adapter, tiny.sites, List.of());
    EncoderBatch batch = EncoderBatch.of(arena, DATA, new int[] {0, 1, 2, 3, 4});
    return LossGradients.of(arena, tiny.encoder, tiny.kernels, attached, batch);
  }

  /** Mean loss of the reference with one value of one tensor moved. */
  private static double loss(Adapter adapter, String moved, int index, double by) {
    ReferenceEncoder reference = new ReferenceEncoder(tiny.checkpoint);
    ChainAdapter form = adapter.form();
    for (AdapterTarget.Layer layer : adapter.target().layers()) {
      double[][] weights = reference.matrix(layer.name());
      double[][] a = values(adapter.tensors(), layer.name() + ".lora_A", moved, index, by);
      double[][] b = values(adapter.tensors(), layer.name() + ".lora_B", moved, index, by);
      double[][] right =
          form.core() == ChainAdapter.Core.FULL
              ? product(values(adapter.tensors(), layer.name() + ".lora_core", moved, index, by), a)
              : a;
      double[][] delta = product(b, right);
      for (int o = 0; o < weights.length; o++) {
        for (int i = 0; i < weights[o].length; i++) {
          weights[o][i] += form.scale() * delta[o][i];
        }
      }
    }
    double[][] weight = values(adapter.tensors(), AdapterTarget.Head.WEIGHT, moved, index, by);
    double[] bias = values(adapter.tensors(), AdapterTarget.Head.BIAS, moved, index, by)[0];
    double sum = 0;
    for (int example = 0; example < DATA.size(); example++) {
      double[] pooled = reference.pooled(DATA, example);
      sum += ReferenceEncoder.loss(pooled, DATA.label(example), weight, bias);
    }
    return sum / DATA.size();
  }

  /** A tensor's rows in double precision, one value moved; a vector is one row. */
  private static double[][] values(
      TensorMap tensors, String name, String moved, int index, double by) {
    Tensor tensor = tensors.get(name);
    int width = tensor.dimension(tensor.shape().size() - 1);
    double[][] rows = new double[tensor.size() / width][width];
    for (int i = 0; i < tensor.size(); i++) {
      rows[i / width][i % width] = tensor.at(i) + (name.equals(moved) && i == index ? by : 0);
    }
    return rows;
  }

  private static double[][] product(double[][] left, double[][] right) {
    double[][] result = new double[left.length][right[0].length];
    for (int o = 0; o < left.length; o++) {
      for (int k = 0; k < right.length; k++) {
        for (int i = 0; i < right[k].length; i++) {
          result[o][i] += left[o][k] * right[k][i];
        }
      }
    }
    return result;
  }
}
