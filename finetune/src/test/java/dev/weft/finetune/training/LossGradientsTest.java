package dev.weft.finetune.training;

import static dev.weft.finetune.transformer.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.DoraAdapter;
import dev.weft.core.adapter.HadamardAdapter;
import dev.weft.core.adapter.Part;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.adapter.NativeAdapter;
import dev.weft.finetune.task.Task;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Precision;
import dev.weft.finetune.transformer.TinyEngine;
import dev.weft.finetune.transformer.TinyModel;
import dev.weft.finetune.transformer.TokenBatch;
import dev.weft.text.TokenizedSet;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The hand-written backward pass against central differences of a double-precision reference. */
class LossGradientsTest {
  private static final String ALL = "dev.weft.finetune.transformer.TinyModel#all";

  static Stream<Arguments> modelsAndForms() {
    return TinyModel.all()
        .flatMap(
            model ->
                Stream.of(ChainAdapter.lora(3, 0.7f), ChainAdapter.fullCore(2, 0.7f))
                    .map(form -> Arguments.of(model, form)));
  }

  /** Many rows fold the adapter into the weights, few leave it beside them. */
  @ParameterizedTest
  @MethodSource("modelsAndForms")
  void everyGradientEqualsTheDifferenceQuotient(TinyModel model, ChainAdapter form) {
    Adapter adapter = model.randomAdapter(form, 4);
    try (TinyTuner tiny = new TinyTuner(model)) {
      for (TokenizedSet data : List.of(model.examples(5, 9, 2), model.examples(1, 4, 5))) {
        ReferenceLoss reference = new ReferenceLoss(model, adapter, data);
        Gradients engine = Gradients.of(tiny, adapter, whole(data));

        assertThat(engine.losses.get(0)).isCloseTo(reference.value(), within(1e-5));
        assertThat(engine.byTensor.keySet()).isEqualTo(adapter.trained().names());
        SeededRandom pick = new Seed(9).random();
        for (String name : adapter.trained().names()) {
          int index = pick.nextInt(adapter.tensors().get(name).size());
          assertThat((double) engine.byTensor.get(name).at(index))
              .as("%s[%d]", name, index)
              .isCloseTo(reference.slope(name, index), within(5e-5));
        }
      }
    }
  }

  static Stream<Arguments> modelsAndAnyForms() {
    return Stream.of(TinyModel.BERT, TinyModel.LLAMA)
        .flatMap(
            model ->
                Stream.of(
                        ChainAdapter.lora(3, 0.7f),
                        ChainAdapter.diagonalCore(2, 0.7f).training(Part.CORE),
                        new DoraAdapter(ChainAdapter.lora(2, 0.7f)),
                        new HadamardAdapter(ChainAdapter.lora(2, 0.7f)))
                    .map(form -> Arguments.of(model, form)));
  }

  @ParameterizedTest
  @MethodSource("modelsAndAnyForms")
  void gradientsPerExampleEqualThoseOneByOne(TinyModel model, AdapterForm form) {
    TokenizedSet data = model.examples(5, 9, 2);
    Adapter adapter = positiveMagnitudes(model.randomAdapter(form, 4));
    try (TinyTuner tiny = new TinyTuner(model)) {
      Gradients together = Gradients.of(tiny, adapter, TokenBatch.of(data, all(data)).perExample());
      for (int example = 0; example < data.size(); example++) {
        Gradients alone = Gradients.of(tiny, adapter, TokenBatch.of(data, new int[] {example}));

        assertThat(together.losses.get(example)).isCloseTo(alone.losses.get(0), within(1e-5));
        assertClose(together.lane(example, data.size()), alone.byTensor, 1e-5);
      }
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void denseGradientsExplainThoseOfTheFactors(TinyModel model) {
    Adapter adapter = model.randomAdapter(ChainAdapter.lora(3, 0.7f), 4);
    TokenBatch batch = whole(model.examples(5, 9, 2));
    try (TinyTuner tiny = new TinyTuner(model);
        Arena arena = Arena.open()) {
      NativeAdapter attached = tiny.engine.attach(arena, adapter);
      Map<String, Tensor> explained = new TreeMap<>();
      LossGradients.propagate(
          arena,
          tiny.transformer,
          tiny.task,
          attached,
          new Task.Head(attached.head()),
          batch,
          Set.copyOf(model.sites()),
          (scratch, site, x, dy) -> {
            Tensor dense =
                tiny.engine
                    .kernels
                    .adapter()
                    .addDenseGradient(
                        scratch, scratch.floats(Tensor.zeros(site.out(), site.in())), x, dy)
                    .toTensor();
            Tensor a = adapter.tensors().get(Part.A.tensorName(site.name()));
            explained.put(Part.B.tensorName(site.name()), scaledProduct(dense, a, 0.7f));
          });

      Map<String, Tensor> ofFactors = Gradients.of(tiny, adapter, batch).byTensor;
      ofFactors.keySet().retainAll(explained.keySet());
      assertClose(ofFactors, explained, 1e-5);
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void bfloat16StaysNearFloat32(TinyModel model) {
    Adapter adapter = model.randomAdapter(ChainAdapter.lora(3, 0.7f), 4);
    TokenBatch batch = whole(model.examples(20, 9, 2));
    try (TinyTuner full = new TinyTuner(model);
        TinyTuner half = new TinyTuner(new TinyEngine(model, "none", Precision.BFLOAT16))) {
      Gradients exact = Gradients.of(full, adapter, batch);
      Gradients rounded = Gradients.of(half, adapter, batch);

      double loss = exact.losses.get(0);
      assertThat(rounded.losses.get(0)).isNotEqualTo(loss).isCloseTo(loss, within(2e-2 * loss));
      exact.byTensor.forEach(
          (name, gradient) ->
              assertThat(cosine(rounded.byTensor.get(name), gradient))
                  .as(name)
                  .isGreaterThan(0.98));
    }
  }

  /** Losses and gradients out of native memory. */
  private record Gradients(List<Double> losses, Map<String, Tensor> byTensor) {

    static Gradients of(TinyTuner tiny, Adapter adapter, TokenBatch batch) {
      try (Arena arena = Arena.open()) {
        LossGradients engine = tiny.lossGradients(arena, adapter, batch);
        Map<String, Tensor> byTensor = new TreeMap<>();
        engine
            .byTensor()
            .forEach((name, gradient) -> byTensor.put(name, withoutLanes(gradient.toTensor())));
        return new Gradients(engine.losses(), byTensor);
      }
    }

    /** A single lane loses its axis. */
    private static Tensor withoutLanes(Tensor laned) {
      int[] shape = laned.shapeArray();
      return shape[0] == 1
          ? Tensor.of(laned.toArray(), Arrays.copyOfRange(shape, 1, shape.length))
          : laned;
    }

    Map<String, Tensor> lane(int lane, int lanes) {
      Map<String, Tensor> own = new TreeMap<>();
      byTensor.forEach(
          (name, tensor) -> {
            int size = tensor.size() / lanes;
            float[] values = Arrays.copyOfRange(tensor.toArray(), lane * size, (lane + 1) * size);
            own.put(name, Tensor.of(values, size));
          });
      return own;
    }
  }

  private static TokenBatch whole(TokenizedSet data) {
    return TokenBatch.of(data, all(data));
  }

  private static int[] all(TokenizedSet data) {
    return IntStream.range(0, data.size()).toArray();
  }

  /** DoRA divides by magnitudes, which are lengths. */
  private static Adapter positiveMagnitudes(Adapter adapter) {
    return adapter.with(
        adapter
            .part(Part.MAGNITUDE)
            .map(
                (name, tensor) -> {
                  float[] values = tensor.toArray();
                  for (int i = 0; i < values.length; i++) {
                    values[i] = 1 + Math.abs(values[i]);
                  }
                  return Tensor.of(values, tensor.shapeArray());
                }));
  }

  /** {@code scale · G Aᵀ}. */
  private static Tensor scaledProduct(Tensor g, Tensor a, float scale) {
    float[] values = new float[g.dimension(0) * a.dimension(0)];
    for (int o = 0; o < g.dimension(0); o++) {
      for (int r = 0; r < a.dimension(0); r++) {
        double sum = 0;
        for (int i = 0; i < g.dimension(1); i++) {
          sum += (double) g.at(o, i) * a.at(r, i);
        }
        values[o * a.dimension(0) + r] = (float) (scale * sum);
      }
    }
    return Tensor.of(values, g.dimension(0), a.dimension(0));
  }

  private static double cosine(Tensor a, Tensor b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.size(); i++) {
      ab += (double) a.at(i) * b.at(i);
      aa += (double) a.at(i) * a.at(i);
      bb += (double) b.at(i) * b.at(i);
    }
    return ab / Math.sqrt(aa * bb);
  }
}
