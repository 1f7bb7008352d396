package dev.weft.finetune.training;

import static dev.weft.finetune.transformer.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AlloraAdapter;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.DoraAdapter;
import dev.weft.core.adapter.HadamardAdapter;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.VeraAdapter;
import dev.weft.core.method.LocalRound;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.torch.Precision;
import dev.weft.finetune.transformer.TinyEngine;
import dev.weft.finetune.transformer.TinyModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients side by side whose steps give the gradient of every example. */
class ExampleLanesTest {
  private static final double RATE = 1e-3;

  /** Examples of each client; in shares of two some have none, and rows that only fill. */
  private static final int[] CLIENTS = {5, 3, 1};

  private static final int SHARE = 2;

  static Stream<AdapterForm> products() {
    return Stream.of(
        ChainAdapter.lora(3, 0.7f),
        ChainAdapter.diagonalCore(2, 0.7f),
        ChainAdapter.fullCore(3, 0.7f),
        ChainAdapter.fullCore(3, 0.7f).training(Part.CORE),
        VeraAdapter.of(3, 0.7f),
        new AlloraAdapter(ChainAdapter.fullCore(2, 0.7f), 0.8f));
  }

  static Stream<Arguments> modelsAndProducts() {
    return Stream.of(TinyModel.BERT, TinyModel.LLAMA)
        .flatMap(model -> products().map(form -> Arguments.of(model, form)));
  }

  static Stream<Arguments> modelsAndOtherForms() {
    return Stream.of(TinyModel.BERT, TinyModel.LLAMA)
        .flatMap(
            model ->
                Stream.of(
                        new DoraAdapter(ChainAdapter.lora(2, 0.7f)),
                        new HadamardAdapter(ChainAdapter.lora(2, 0.7f)))
                    .map(form -> Arguments.of(model, form)));
  }

  @ParameterizedTest
  @MethodSource("modelsAndProducts")
  void inFloat32EveryExampleOfEveryClientHasItsOwnGradient(TinyModel model, AdapterForm form) {
    try (TinyTuner tiny = tuner(model, Precision.FLOAT32)) {
      assertGradientsAreThoseOneByOne(tiny, jobs(model, form), 1, 1e-5);
    }
  }

  /**
   * A product rounds to 8 bits, in rows side by side perhaps otherwise than in one. Two equal
   * clients one by one, because the adapter of a client alone is folded into weights that round.
   */
  @ParameterizedTest
  @MethodSource("modelsAndProducts")
  void inBfloat16EveryExampleOfEveryClientHasItsOwnGradient(TinyModel model, AdapterForm form) {
    try (TinyTuner tiny = tuner(model, Precision.BFLOAT16)) {
      assertGradientsAreThoseOneByOne(tiny, jobs(model, form), 2, 5e-3);
    }
  }

  @ParameterizedTest
  @MethodSource("modelsAndOtherForms")
  void formsThatCannotShareABaseGiveThemForOneClient(TinyModel model, AdapterForm form) {
    List<TrainingJob> one = List.of(jobs(model, form).get(0));
    try (TinyTuner exact = tuner(model, Precision.FLOAT32);
        TinyTuner rounded = tuner(model, Precision.BFLOAT16)) {
      assertGradientsAreThoseOneByOne(exact, one, 1, 1e-5);
      assertGradientsAreThoseOneByOne(rounded, one, 1, 5e-3);
    }
  }

  @ParameterizedTest
  @MethodSource("modelsAndProducts")
  void whoeverOnlyLooksAtExamplesTrainsAsWithoutLooking(TinyModel model, AdapterForm form) {
    List<TrainingJob> jobs = jobs(model, form);
    try (TinyTuner tiny = tuner(model, Precision.FLOAT32)) {
      List<TrainingResult> plain = tiny.tuner.train(jobs, TrainingListener.NONE);
      StepRules looking =
          new StepRules(new ShuffledPasses(), List.of(collecting(new ArrayList<>(), jobs.size())));
      List<TrainingResult> looked = tiny.tuner.train(jobs, looking, TrainingListener.NONE);

      for (int client = 0; client < jobs.size(); client++) {
        assertClose(looked.get(client).trained(), plain.get(client).trained(), 1e-5);
        assertThat(looked.get(client).figures().meanLoss().orElseThrow())
            .isCloseTo(plain.get(client).figures().meanLoss().orElseThrow(), within(1e-5));
        assertThat(looked.get(client).figures().steps())
            .isEqualTo(plain.get(client).figures().steps());
      }
    }
  }

  @Test
  void aHookThatAsksForNoExamplesChangesNoBit() {
    List<TrainingJob> jobs = jobs(TinyModel.LLAMA, ChainAdapter.lora(3, 0.7f));
    StepRules idle =
        new StepRules(
            new ShuffledPasses(),
            List.of((owner, kernels, each, adapter) -> Optional.of(new StepHook() {})));
    try (TinyTuner tiny = tuner(TinyModel.LLAMA, Precision.FLOAT32)) {
      assertThat(tiny.tuner.train(jobs, idle, TrainingListener.NONE))
          .isEqualTo(tiny.tuner.train(jobs, TrainingListener.NONE));
    }
  }

  /** As DP-SGD bounds examples: each by C over all its tensors, over the batch that is expected. */
  @ParameterizedTest
  @MethodSource("modelsAndProducts")
  void clippedExamplesAddUpToTheLanesGradient(TinyModel model, AdapterForm form) {
    List<TrainingJob> jobs = jobs(model, form);
    double expected = 4;
    try (TinyTuner tiny = tuner(model, Precision.FLOAT32)) {
      for (TrainingJob job : jobs) {
        List<Map<String, Tensor>> alone = oneByOne(tiny, job, 1);
        double clip = alone.stream().mapToDouble(ExampleLanesTest::norm).average().orElseThrow();
        Map<String, Tensor> sum = new LinkedHashMap<>();
        for (Map<String, Tensor> gradient : alone) {
          double weight = Math.min(1, clip / norm(gradient)) / expected;
          gradient.forEach((name, part) -> sum.merge(name, part.times(weight), Tensor::plus));
        }
        List<Map<String, Tensor>> lanes = new ArrayList<>();
        train(tiny, List.of(job), everything(job), clipping(clip, expected), ofLanes(lanes));

        assertThat(distance(lanes.get(0), sum) / norm(sum)).isLessThan(1e-5);
      }
    }
  }

  @Test
  void aHookMustWeighEveryExample() {
    StepHook.Maker forgetful =
        (owner, kernels, jobs, adapter) ->
            Optional.of((ExampleHook) (arena, step, gradients) -> List.of(1.0));
    TrainingJob job = jobs(TinyModel.BERT, ChainAdapter.lora(2, 1)).get(0);
    try (TinyTuner tiny = tuner(TinyModel.BERT, Precision.FLOAT32)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> train(tiny, List.of(job), everything(job), forgetful))
          .withMessage("weights: 1 for 2 examples");
    }
  }

  /** Relative to the length of each example's gradient over all tensors. */
  private static void assertGradientsAreThoseOneByOne(
      TinyTuner tiny, List<TrainingJob> jobs, int beside, double tolerance) {
    List<List<Map<String, Tensor>>> together = new ArrayList<>();
    jobs.forEach(job -> together.add(new ArrayList<>()));
    StepRules whole =
        new StepRules(
            (data, training, seed, round) -> List.of(IntStream.range(0, data.size()).toArray()),
            List.of(collecting(together, jobs.size())));
    tiny.tuner.train(jobs, whole, TrainingListener.NONE);

    for (int client = 0; client < jobs.size(); client++) {
      List<Map<String, Tensor>> alone = oneByOne(tiny, jobs.get(client), beside);
      assertThat(together.get(client)).hasSameSizeAs(alone);
      for (int example = 0; example < alone.size(); example++) {
        Map<String, Tensor> own = together.get(client).get(example);
        assertThat(own.keySet()).isEqualTo(jobs.get(client).adapter().trained().names());
        assertThat(distance(own, alone.get(example)) / norm(alone.get(example)))
            .as("example %d of client %d", example, client)
            .isLessThan(tolerance);
      }
    }
  }

  /**
   * The gradient of each example in trainings that see nothing else.
   *
   * @param beside how many of the same training there are side by side
   */
  private static List<Map<String, Tensor>> oneByOne(TinyTuner tiny, TrainingJob job, int beside) {
    List<Map<String, Tensor>> gradients = new ArrayList<>();
    for (int example = 0; example < job.data().size(); example++) {
      int[] only = {example};
      train(
          tiny,
          Collections.nCopies(beside, job),
          (data, training, seed, round) -> List.of(only),
          ofLanes(gradients));
    }
    return gradients;
  }

  private static Sampler everything(TrainingJob job) {
    return (data, training, seed, round) ->
        List.of(IntStream.range(0, job.data().size()).toArray());
  }

  private static void train(
      TinyTuner tiny, List<TrainingJob> jobs, Sampler sampler, StepHook.Maker... hooks) {
    tiny.tuner.train(jobs, new StepRules(sampler, List.of(hooks)), TrainingListener.NONE);
  }

  /** Keeps every example's gradient, client by client, and leaves it as it is. */
  private static StepHook.Maker collecting(List<List<Map<String, Tensor>>> byClient, int clients) {
    return (owner, kernels, jobs, adapter) ->
        Optional.of(
            (ExampleHook)
                (arena, step, gradients) -> {
                  assertThat(gradients.lanes()).isEqualTo(clients);
                  for (int row = 0; row < gradients.weights().size(); row++) {
                    if (gradients.weights().get(row) > 0 && !byClient.isEmpty()) {
                      byClient.get(row / gradients.rows()).add(ofRow(gradients, row));
                    }
                  }
                  return gradients.weights();
                });
  }

  private static StepHook.Maker clipping(double clip, double expected) {
    return (owner, kernels, jobs, adapter) ->
        Optional.of(
            (ExampleHook)
                (arena, step, gradients) ->
                    IntStream.range(0, gradients.weights().size())
                        .mapToObj(
                            row ->
                                gradients.weights().get(row) > 0
                                    ? Math.min(1, clip / norm(ofRow(gradients, row))) / expected
                                    : 0)
                        .toList());
  }

  /** Keeps what enters the optimizer, of the first lane. */
  private static StepHook.Maker ofLanes(List<Map<String, Tensor>> steps) {
    return (owner, kernels, jobs, adapter) ->
        Optional.of(
            new StepHook() {
              @Override
              public void ofLanes(Arena arena, Step step, Map<String, NativeArray> gradients) {
                Map<String, Tensor> first = new LinkedHashMap<>();
                gradients.forEach((name, all) -> first.put(name, part(all, 0)));
                steps.add(first);
              }
            });
  }

  private static Map<String, Tensor> ofRow(ExampleGradients gradients, int row) {
    Map<String, Tensor> own = new LinkedHashMap<>();
    gradients.byTensor().forEach((name, all) -> own.put(name, part(all, row)));
    return own;
  }

  private static Tensor part(NativeArray all, int index) {
    float[] values = all.toFloats();
    int size = values.length / all.shape()[0];
    return Tensor.of(Arrays.copyOfRange(values, index * size, (index + 1) * size), size);
  }

  private static double norm(Map<String, Tensor> gradient) {
    double squares = 0;
    for (Tensor tensor : gradient.values()) {
      for (float value : tensor.toArray()) {
        squares += (double) value * value;
      }
    }
    return Math.sqrt(squares);
  }

  private static double distance(Map<String, Tensor> a, Map<String, Tensor> b) {
    Map<String, Tensor> difference = new LinkedHashMap<>();
    a.forEach((name, tensor) -> difference.put(name, tensor.minus(b.get(name))));
    return norm(difference);
  }

  private static TinyTuner tuner(TinyModel model, Precision precision) {
    return new TinyTuner(new TinyEngine(model, "none", precision));
  }

  private static List<TrainingJob> jobs(TinyModel model, AdapterForm form) {
    List<TrainingJob> jobs = new ArrayList<>();
    for (int client = 0; client < CLIENTS.length; client++) {
      jobs.add(
          new TrainingJob(
              model.randomAdapter(form, 10 + client),
              List.of(),
              LocalRound.only(LocalTraining.ofEpochs(2, SHARE, RATE)),
              model.examples(CLIENTS[client], 9, client),
              new Seed(7)));
    }
    return jobs;
  }
}
