package dev.weft.finetune.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.AlloraAdapter;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Part;
import dev.weft.core.method.LocalRound;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.adapter.NativeAdapter;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.TinyEngine;
import dev.weft.finetune.transformer.TinyModel;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** ALLoRA's row factors against their definition in double precision. */
class AlloraScalingTest {
  private static final TinyModel MODEL = TinyModel.LLAMA;
  private static final LinearSite SITE = MODEL.sites().get(1);
  private static final AdapterTarget.Layer LAYER =
      new AdapterTarget.Layer(SITE.name(), SITE.out(), SITE.in());
  private static final float ETA = 0.8f;

  @ParameterizedTest
  @EnumSource(ChainAdapter.Core.class)
  void everyRowOfEveryLaneIsMultipliedByItsFactor(ChainAdapter.Core core) {
    ChainAdapter chain = new ChainAdapter(3, core, 0.7f, ChainAdapter.lora(3, 1).trained());
    List<Adapter> lanes = List.of(adapter(chain, 4), adapter(chain, 5));
    Tensor scaled = scaled(lanes, 1.5f);

    for (int row = 0; row < 4; row++) {
      double[] factors = factors(lanes.get(row / 2));
      for (int column = 0; column < SITE.out(); column++) {
        assertThat((double) scaled.at(row, column)).isCloseTo(1.5 * factors[column], within(1e-5));
      }
    }
  }

  @Test
  void whereTheProductIsZeroTheFactorIsEta() {
    Adapter start = adapter(ChainAdapter.lora(3, 1), 4);
    start = start.with(Adapter.zeros(start.form(), start.target()).part(Part.B));

    for (float value : scaled(List.of(start), 1).toArray()) {
      assertThat(value).isCloseTo(ETA, within(1e-6f));
    }
  }

  /** Two rows of each lane, all of one value, as the hook leaves them. */
  private static Tensor scaled(List<Adapter> lanes, float value) {
    List<TrainingJob> jobs =
        lanes.stream()
            .map(
                adapter ->
                    new TrainingJob(
                        adapter,
                        List.of(),
                        LocalRound.only(LocalTraining.ofEpochs(1, 2, 0.1)),
                        MODEL.examples(2, 4, 1),
                        new Seed(1)))
            .toList();
    float[] values = new float[2 * lanes.size() * SITE.out()];
    Arrays.fill(values, value);
    try (TinyEngine engine = new TinyEngine(MODEL);
        Arena arena = Arena.open()) {
      NativeAdapter attached = engine.attach(arena, lanes.toArray(Adapter[]::new));
      StepHook hook = AlloraScaling.of(arena, engine.kernels, jobs, attached).orElseThrow();
      NativeArray dy = arena.floats(values, 2 * lanes.size(), SITE.out());
      Tensor scaled = hook.ofLayer(arena, SITE, dy).toTensor();
      assertThat(dy.toFloats()).as("what flows on to the layer below").isEqualTo(values);
      return scaled;
    }
  }

  /** {@code 1 / sqrt(‖(B C A)_i‖ + 1/η²)}. */
  private static double[] factors(Adapter adapter) {
    ChainAdapter chain = adapter.form().chain();
    double[] factors = new double[SITE.out()];
    for (int row = 0; row < factors.length; row++) {
      double[] left = new double[chain.rank()];
      for (int r = 0; r < left.length; r++) {
        for (int k = 0; k < left.length; k++) {
          double entry =
              switch (chain.core()) {
                case NONE -> k == r ? 1 : 0;
                case DIAGONAL -> k == r ? adapter.core(LAYER).at(r) : 0;
                case FULL -> adapter.core(LAYER).at(k, r);
              };
          left[r] += adapter.b(LAYER).at(row, k) * entry;
        }
      }
      double square = 0;
      for (int column = 0; column < SITE.in(); column++) {
        double value = 0;
        for (int r = 0; r < left.length; r++) {
          value += left[r] * adapter.a(LAYER).at(r, column);
        }
        square += value * value;
      }
      factors[row] = 1 / Math.sqrt(Math.sqrt(square) + 1 / ((double) ETA * ETA));
    }
    return factors;
  }

  private static Adapter adapter(ChainAdapter chain, long seed) {
    return MODEL.randomAdapter(new AlloraAdapter(chain, ETA), seed);
  }
}
