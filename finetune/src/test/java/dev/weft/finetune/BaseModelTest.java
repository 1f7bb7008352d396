package dev.weft.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.config.ModelConfig;
import dev.weft.core.config.TrainingConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.AdapterInit;
import dev.weft.core.method.LocalObjective;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.text.TokenizedSet;
import dev.weft.finetune.training.TrainingJob;
import dev.weft.finetune.training.TrainingListener;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BaseModelTest {
  private static final String SOURCE = "embedded:all-MiniLM-L6-v2";

  private static BaseModel model;

  @BeforeAll
  static void open() {
    model = BaseModel.open(config(SOURCE, ModelConfig.Quantization.NF4_DOUBLE, "query", "value"));
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
  }

  @Test
  void theDigestIsThatOfTheQuantizedBytes() {
    try (BaseModel same =
            BaseModel.open(config(SOURCE, ModelConfig.Quantization.NF4_DOUBLE, "key"));
        BaseModel other = BaseModel.open(config(SOURCE, ModelConfig.Quantization.NF4, "key"))) {
      assertThat(same.facts().digest()).isEqualTo(model.facts().digest());
      assertThat(other.facts().digest()).isNotEqualTo(model.facts().digest());
    }
  }

  @Test
  void targetsAreNamedAsInTheCheckpointInModelOrder() {
    AdapterTarget target = model.target(25);

    assertThat(target.layers()).hasSize(12);
    assertThat(target.layers().get(1))
        .isEqualTo(new AdapterTarget.Layer("encoder.layer.0.attention.self.value", 384, 384));
    assertThat(target.head()).isEqualTo(new AdapterTarget.Head(25, 384));
    assertThat(model.statistic(AdapterInit.Statistic.WEIGHT, examples(), new Seed(1), 2))
        .allSatisfy(weight -> assertThat(weight.shape()).containsExactly(384, 384))
        .hasSize(12);
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
    assertThatThrownBy(() -> BaseModel.open(config("gpt-9", ModelConfig.Quantization.NF4, "query")))
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.problem()).isEqualTo(Problem.BAD_VALUE))
        .hasMessage(
            "model.source: \"gpt-9\" is not a model Weft can read; use"
                + " \"embedded:all-MiniLM-L6-v2\"");
  }

  @Test
  void anUnknownTargetIsRefusedWithThoseThatExist() {
    assertThatThrownBy(() -> BaseModel.open(config(SOURCE, ModelConfig.Quantization.NF4, "q_proj")))
        .isInstanceOf(WeftException.class)
        .hasMessageStartingWith("model.targets: no layer is called q_proj; there are [attention");
  }

  private static TensorMap train() {
    ChainAdapter form = ChainAdapter.lora(4, 2);
    Adapter adapter =
        AdapterInit.kaiming().initialise(form, model.target(2), new Seed(1), List.of()).adapter();
    return model
        .train(
            new TrainingJob(
                adapter,
                List.of(),
                LocalObjective.meanLoss(),
                new TrainingConfig(1, Optional.of(3), 4, 1e-3, 1e-3, 0),
                examples(),
                new Seed(2),
                1),
            TrainingListener.NONE)
        .trained();
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

  private static ModelConfig config(
      String source, ModelConfig.Quantization quantization, String... targets) {
    return new ModelConfig(
        source, quantization, List.of(targets), List.of(), ModelConfig.Head.ZEROS, 48);
  }
}
