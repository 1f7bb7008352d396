package dev.weft.finetune.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.checkpoint.quantization.Golden;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.HadamardAdapter;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.LinearSite;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A pair that multiplies the weight, its rows of A the groups of columns, trains the scales of
 * {@code W = s0 ⊙ (q − z)}: with t the relative change, {@code W' = s0 (1 + t) ⊙ (q − z)} and
 * {@code dL/dt = s0 dL/ds}. The golden numbers were checked against autograd by those who made
 * them: two rows of two groups of eight.
 */
class PeqaTest {
  private static final Golden GOLDEN = Golden.read("lsq_peqa_l4q.json");
  private static final AdapterTarget.Layer LAYER = new AdapterTarget.Layer("0.query", 2, 16);
  private static final AdapterTarget TARGET = AdapterTarget.of(List.of(LAYER));
  private static final LinearSite SITE = new LinearSite(0, LAYER.name(), 2, 16);

  @Test
  void weightsAndGradientsAreThoseOfTrainedScales() {
    float[] t = {0.5f, -0.25f, 0, 2};
    float[] scales = GOLDEN.floats("/peqa/s0");
    float[] codes = GOLDEN.floats("/peqa/q");
    float[] zeros = GOLDEN.floats("/peqa/z");
    try (Arena arena = Arena.open()) {
      Kernels kernels = Kernels.load(arena, "adapter.py");
      NativeAdapter adapter =
          new NativeAdapter(arena, kernels, List.of(withChanges(t)), List.of(SITE), List.of());

      float[] weight =
          adapter.fold(arena, SITE, arena.floats(GOLDEN.floats("/peqa/W"), 2, 16)).toFloats();
      Map<String, NativeArray> gradients = new LinkedHashMap<>();
      adapter
          .gradientsInto(arena, gradients, 1)
          .accept(
              arena,
              SITE,
              arena.floats(GOLDEN.floats("/peqa/X"), 3, 16),
              arena.floats(GOLDEN.floats("/peqa/dY"), 3, 2));

      for (int i = 0; i < weight.length; i++) {
        int group = i / 8;
        float expected = scales[group] * (1 + t[group]) * (codes[i] - zeros[group]);
        assertThat(weight[i]).isCloseTo(expected, within(1e-6f));
      }
      float[] gradient = gradients.get(Part.B.tensorName(LAYER.name())).toFloats();
      float[] byScale = GOLDEN.floats("/peqa/dL_ds");
      assertThat(gradient).hasSameSizeAs(byScale);
      for (int group = 0; group < gradient.length; group++) {
        assertThat(gradient[group]).isCloseTo(scales[group] * byScale[group], within(1e-6f));
      }
      assertThat(gradients).hasSize(1);
    }
  }

  /**
   * @param t [out, groups]
   */
  private static Adapter withChanges(float... t) {
    AdapterForm form = new HadamardAdapter(ChainAdapter.lora(2, 1)).training(Part.B);
    Adapter zeros = Adapter.zeros(form, TARGET);
    return zeros
        .with(new Origin.Groups().derive(zeros.part(Part.A)))
        .with(TensorMap.of(Map.of(Part.B.tensorName(LAYER.name()), Tensor.of(t, 2, 2))));
  }
}
