package dev.weft.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.config.EngineConfig;
import dev.weft.core.config.MemorySize;
import dev.weft.core.config.ModelConfig;
import dev.weft.core.config.ModelConfig.Correction;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.AdapterInit;
import dev.weft.core.method.LocalRound;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.training.ExampleHook;
import dev.weft.finetune.training.PoissonSampling;
import dev.weft.finetune.training.StepHook;
import dev.weft.finetune.training.StepRules;
import dev.weft.finetune.training.TrainingJob;
import dev.weft.finetune.training.TrainingListener;
import dev.weft.finetune.training.TrainingResult;
import dev.weft.text.TokenizedSet;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BaseModelTest {
  private static final LocalDate A_DAY = LocalDate.of(2025, 1, 31);
  private static final String SOURCE = "embedded:all-MiniLM-L6-v2";
  private static final EngineConfig ENGINE =
      EngineConfig.onDevice("cpu").with(EngineConfig.Precision.FLOAT32);

  private static BaseModel model;

  @BeforeAll
  static void open() {
    model = open(config(SOURCE, "nf4-double", "query", "value"));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void factsAreThoseOfTheModel() {
    ModelFacts facts = model.facts();

    assertThat(facts.name()).isEqualTo("all-MiniLM-L6-v2");
    assertThat(facts.parameters()).isEqualTo(22_565_376);
    assertThat(facts.quantization()).isEqualTo("nf4-double");
    assertThat(facts.bitsPerWeight()).isCloseTo(4.127, within(0.0005));
    long quantized = 10_616_832;
    long plain = 4 * (facts.parameters() - quantized);
    assertThat(facts.residentBytes()).isBetween(plain + quantized / 2, plain + quantized);
    assertThat(model.task()).isEqualTo(TaskKind.CLASSIFICATION);
  }

  @Test
  void theDigestIsThatOfTheQuantizedBytes() {
    try (BaseModel same = open(config(SOURCE, "nf4-double", "key"));
        BaseModel other = open(config(SOURCE, "nf4", "key"))) {
      assertThat(same.facts().digest()).isEqualTo(model.facts().digest());
      assertThat(other.facts().digest()).isNotEqualTo(model.facts().digest());
    }
  }

  @Test
  void whatIsLeftToTheModelBecomesAValue() {
    ModelConfig automatic =
        new ModelConfig(
            SOURCE,
            Optional.empty(),
            Correction.none(),
            Optional.empty(),
            Optional.empty(),
            ModelConfig.Head.ZEROS,
            Optional.empty(),
            Optional.empty());
    try (BaseModel resolved = open(automatic)) {
      assertThat(resolved.config().quantization()).hasValue("nf4-double");
      assertThat(resolved.config().layers()).hasValue(List.of(4, 5));
      assertThat(resolved.config().maxTokens()).hasValue(48);
      assertThat(resolved.config().templateDate()).isPresent();
      assertThat(resolved.target(3).layers())
          .extracting(AdapterTarget.Layer::name)
          .hasSize(12)
          .allMatch(name -> name.matches("encoder\\.layer\\.[45]\\..*"));
    }
    assertThat(model.config()).isEqualTo(config(SOURCE, "nf4-double", "query", "value"));
  }

  /** 4096 examples a step, and 400 MB beside Java for model and training. */
  @Test
  void aBatchThatDoesNotFitPassesInParts() {
    long room = 400_000_000;
    EngineConfig tight =
        new EngineConfig(
            Optional.of("cpu"),
            Optional.of(EngineConfig.Precision.FLOAT32),
            Optional.empty(),
            Optional.empty(),
            Optional.of(
                new MemorySize(Runtime.getRuntime().maxMemory() + ProcessMemory.RUNTIME + room)));
    try (BaseModel small = BaseModel.open(config(SOURCE, "nf4-double", "query"), tight)) {
      MemoryBudget budget =
          small.divideMemory(
              List.of(examples()), TrainingSize.of(4096, 1, 1000), 1, Optional.of(1));

      assertThat(budget.microBatch()).isBetween(1, 4095);
      assertThat(budget.model() + budget.worker() + budget.states()).isLessThanOrEqualTo(room);
      assertThat(small.engine().microBatch()).hasValue(budget.microBatch());
    }
  }

  /** A site keeps its model from one run to the next, whose batch may be larger. */
  @Test
  void everyRunDividesAnew() {
    try (BaseModel kept = open(config(SOURCE, "nf4-double", "query"))) {
      for (int batch : new int[] {4, 16, 2}) {
        MemoryBudget budget =
            kept.divideMemory(
                List.of(examples()), TrainingSize.of(batch, 1, 1000), 1, Optional.of(1));

        assertThat(budget.microBatch()).isEqualTo(batch);
        assertThat(kept.engine().microBatch()).hasValue(batch);
      }
    }
  }

  @Test
  void targetsAreNamedAsInTheCheckpointInModelOrder() {
    AdapterTarget target = model.target(25);

    assertThat(target.layers()).hasSize(12);
    assertThat(target.layers().get(1))
        .isEqualTo(new AdapterTarget.Layer("encoder.layer.0.attention.self.value", 384, 384));
    assertThat(target.head()).hasValue(new AdapterTarget.Head(25, 384));
    assertThat(statistic(model, AdapterInit.Statistic.WEIGHT))
        .allSatisfy(weight -> assertThat(weight.shape()).containsExactly(384, 384))
        .hasSize(12);
    assertThat(statistic(model, AdapterInit.Statistic.NONE)).isEmpty();
  }

  @Test
  void theResidualIsWhatQuantizationTookFromTheWeights() {
    List<Tensor> residual = statistic(model, AdapterInit.Statistic.QUANTIZATION_RESIDUAL);
    List<Tensor> held = statistic(model, AdapterInit.Statistic.WEIGHT);
    try (BaseModel exact = open(config(SOURCE, "none", "query", "value"))) {
      List<Tensor> weights = statistic(exact, AdapterInit.Statistic.WEIGHT);
      for (int i = 0; i < weights.size(); i++) {
        assertThat(residual.get(i)).isEqualTo(weights.get(i).minus(held.get(i)));
        assertThat(residual.get(i)).isNotEqualTo(Tensor.zeros(384, 384));
      }
      assertThat(statistic(exact, AdapterInit.Statistic.QUANTIZATION_RESIDUAL))
          .containsOnly(Tensor.zeros(384, 384));
    }
  }

  @Test
  void aCorrectedBaseIsItsOwnAndTheSameEveryTime() {
    ModelConfig corrected = corrected("nf4-double", Correction.Scheme.LOFTQ);
    try (BaseModel one = open(corrected);
        BaseModel same = open(corrected);
        BaseModel other = open(corrected("nf4-double", Correction.Scheme.LQ_LORA))) {
      assertThat(one.facts().digest()).isEqualTo(same.facts().digest());
      assertThat(one.facts().digest()).isNotEqualTo(model.facts().digest());
      assertThat(one.facts().digest()).isNotEqualTo(other.facts().digest());
      assertThat(one.facts().bitsPerWeight()).isEqualTo(model.facts().bitsPerWeight());
      assertThat(statistic(one, AdapterInit.Statistic.QUANTIZATION_RESIDUAL)).hasSize(1);
      assertThatThrownBy(() -> statistic(one, AdapterInit.Statistic.NONE))
          .isInstanceOf(WeftException.class)
          .hasMessageContaining("set method.adapter = loftq, or the scheme to none");
    }
  }

  @Test
  void aCorrectionWithoutAnythingToCorrectIsRefused() {
    assertThatThrownBy(() -> open(corrected("as-is", Correction.Scheme.LQ_LORA)))
        .isInstanceOfSatisfying(
            WeftException.class,
            e -> assertThat(e.problem()).isEqualTo(Problem.INVALID_COMBINATION))
        .hasMessageStartingWith(
            "model.correction.scheme: lq-lora makes up for the quantization error, and"
                + " model.quantization = as-is makes none");
  }

  @Test
  void aModelForAnyLayerKeepsTheLayersThatItIsCorrectedFor() {
    ModelConfig plain = config(SOURCE, "nf4", "query").forAnyLayer();
    assertThat(plain.targets()).isEmpty();
    assertThat(plain.layers()).hasValue(List.of());
    ModelConfig corrected = corrected("nf4", Correction.Scheme.LOFTQ);
    assertThat(corrected.forAnyLayer()).isEqualTo(corrected);
  }

  @Test
  void trainingGivesTheSameBitsAloneAndBesideAnother() {
    TensorMap alone = train();
    CompletableFuture<TensorMap> first = CompletableFuture.supplyAsync(BaseModelTest::train);
    CompletableFuture<TensorMap> second = CompletableFuture.supplyAsync(BaseModelTest::train);

    assertThat(first.join()).isEqualTo(alone);
    assertThat(second.join()).isEqualTo(alone);
  }

  @Test
  void anUnknownSourceIsRefusedInOneSentence() {
    assertThatThrownBy(() -> open(config("gpt-9", "nf4", "query")))
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.problem()).isEqualTo(Problem.MISSING_FILE))
        .hasMessage(
            "model.source: \"gpt-9\" does not exist; name a model folder, a .gguf file or"
                + " \"embedded:all-MiniLM-L6-v2\"");
  }

  @Test
  void anUnknownTargetIsRefusedWithThoseThatExist() {
    assertThatThrownBy(() -> open(config(SOURCE, "nf4", "q_proj")))
        .isInstanceOf(WeftException.class)
        .hasMessageStartingWith("model.targets: no layer is called q_proj; there are [attention");
  }

  @Test
  void aLayerThatTheModelLacksIsRefusedWithThoseItHas() {
    ModelConfig beyond =
        new ModelConfig(
            SOURCE,
            Optional.empty(),
            Correction.none(),
            Optional.empty(),
            Optional.of(List.of(6)),
            ModelConfig.Head.ZEROS,
            Optional.empty(),
            Optional.empty());

    assertThatThrownBy(() -> open(beyond))
        .isInstanceOf(WeftException.class)
        .hasMessage("model.layers: there is no layer 6; the model has 0 to 5");
  }

  @Test
  void stepsMayBeDrawnAndSeeEveryExample() {
    AtomicInteger seen = new AtomicInteger();
    StepHook.Maker counting =
        (owner, kernels, jobs, adapter) ->
            Optional.of(
                (ExampleHook)
                    (arena, step, gradients) -> {
                      gradients.weights().stream()
                          .filter(weight -> weight > 0)
                          .forEach(weight -> seen.incrementAndGet());
                      return gradients.weights();
                    });
    PoissonSampling half = new PoissonSampling(0.5);

    TrainingResult drawn =
        model
            .train(List.of(job()), new StepRules(half, List.of(counting)), TrainingListener.NONE)
            .get(0);
    TrainingResult again =
        model.train(List.of(job()), new StepRules(half, List.of()), TrainingListener.NONE).get(0);

    assertThat(drawn.figures().examplesProcessed()).isPositive().isEqualTo(seen.get());
    assertThat(drawn.figures().steps()).isEqualTo(3);
    assertThat(again.figures().examplesProcessed()).isEqualTo(drawn.figures().examplesProcessed());
    assertThat(again.figures().meanLoss().orElseThrow())
        .isCloseTo(drawn.figures().meanLoss().orElseThrow(), within(1e-3));
    assertThat(drawn.trained()).isNotEqualTo(train());
  }

  @Test
  void aStartOfPublicExamplesNeedsThem() {
    for (AdapterInit.Statistic statistic :
        List.of(AdapterInit.Statistic.GRADIENT_SUM, AdapterInit.Statistic.ACTIVATION_GRAM)) {
      assertThatThrownBy(() -> model.statistic(statistic, Optional.empty(), new Seed(1), 2))
          .isInstanceOf(WeftException.class)
          .hasMessageStartingWith("data.public-source: names no file");
    }
  }

  private static List<Tensor> statistic(BaseModel of, AdapterInit.Statistic statistic) {
    return of.statistic(statistic, Optional.of(examples()), new Seed(1), 2);
  }

  private static TensorMap train() {
    return model.train(job(), TrainingListener.NONE).trained();
  }

  private static TrainingJob job() {
    Adapter adapter =
        AdapterInit.kaiming()
            .initialise(ChainAdapter.lora(4, 2), model.target(2), new Seed(1), List.of())
            .adapter();
    return new TrainingJob(
        adapter,
        List.of(),
        LocalRound.only(LocalTraining.ofSteps(3, 4, 1e-3)),
        examples(),
        new Seed(2));
  }

  private static TokenizedSet examples() {
    return model.tokenize(
        List.of(
            "a small domesticated carnivorous mammal",
            "the act of leaving",
            "a large bird of prey with a hooked bill",
            "any of various animals that live in the sea",
            "the event of something burning",
            "the act of delivering a speech to an audience"),
        new int[] {0, 1, 0, 0, 1, 1});
  }

  private static BaseModel open(ModelConfig config) {
    return BaseModel.open(config, ENGINE);
  }

  private static ModelConfig config(String source, String quantization, String... targets) {
    return new ModelConfig(
        source,
        Optional.of(quantization),
        Correction.none(),
        Optional.of(List.of(targets)),
        Optional.of(List.of()),
        ModelConfig.Head.ZEROS,
        Optional.of(48),
        Optional.of(A_DAY));
  }

  /** One layer, so that it takes a moment only. */
  private static ModelConfig corrected(String quantization, Correction.Scheme scheme) {
    return new ModelConfig(
        SOURCE,
        Optional.of(quantization),
        new Correction(scheme, 8, 2),
        Optional.of(List.of("query")),
        Optional.of(List.of(5)),
        ModelConfig.Head.ZEROS,
        Optional.of(48),
        Optional.of(A_DAY));
  }
}
