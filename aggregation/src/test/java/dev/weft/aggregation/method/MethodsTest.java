package dev.weft.aggregation.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.aggregation.Cohort;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.MethodConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.AdapterInit;
import dev.weft.core.method.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MethodsTest {

  @Test
  void everyMethodTheDefaultsNameIsRegistered() {
    assertThat(Methods.names())
        .containsExactly(
            "fedit",
            "ffa-lora",
            "flora",
            "fedex-lora",
            "flexlora",
            "lora-fair",
            "fed-sb",
            "median",
            "trimmed-mean",
            "krum");
    for (MethodCard card : Methods.cards()) {
      assertThat(Methods.card(card.name())).isSameAs(card);
      assertThat(card.describe()).startsWith(card.summary()).contains(card.paper());
    }
  }

  @Test
  void anUnknownMethodIsAnsweredWithTheKnownOnes() {
    assertThatThrownBy(() -> Cohort.method("flroa", List.of(), Map.of()))
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.problem()).isEqualTo(Problem.UNKNOWN_METHOD))
        .hasMessageContaining("flroa is not a method")
        .hasMessageContaining("fed-sb");
  }

  @Test
  void aRankThatNobodyChoseIsLoweredToWhatTheLayersAllow() {
    AdapterTarget narrow = AdapterTarget.of(List.of(new AdapterTarget.Layer("layer", 32, 20)));
    assertThat(Methods.resolve(config(Map.of()), narrow).adapter().rank()).isEqualTo(20);
    assertThat(Methods.resolve(config(Map.of("method.rank", "24")), narrow).adapter().rank())
        .isEqualTo(24);
  }

  private static MethodConfig config(Map<String, String> settings) {
    return ConfigLoader.load(Optional.empty(), settings).method();
  }

  @Test
  void everyMethodHasItsOwnRankAndScale() {
    for (String name : Methods.names()) {
      Method method = Cohort.method(name, List.of(), Map.of());
      boolean core = name.equals("fed-sb");
      assertThat(method.adapter().rank()).isEqualTo(core ? 64 : 8);
      assertThat(method.adapter().scale()).isEqualTo(core ? 5f : 2f);
      assertThat(method.name()).isEqualTo(name);
    }
  }

  @Test
  void settingsReplaceTheDefaults() {
    Method method =
        Cohort.method(
            "fedit",
            List.of(),
            Map.of(
                "method.rank", "16",
                "method.scale", "0.5",
                "method.proximal-mu", "0.01"));
    assertThat(method.adapter().rank()).isEqualTo(16);
    assertThat(method.adapter().scale()).isEqualTo(0.5f);
    assertThat(method.objective().proximalMu()).isEqualTo(0.01);
  }

  @Test
  void theAdapterHasTheLargestOfTheClientsRanks() {
    assertThat(Cohort.method("flora", List.of(4, 32, 8), Map.of()).adapter().rank()).isEqualTo(32);
  }

  @Test
  void aRankThatContradictsTheRanksIsRefused() {
    assertRefused("flora", List.of(4, 8), Map.of("method.rank", "16"), "method.rank: 16");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fedex-lora", "lora-fair"})
  void methodsForOneRankRefuseMixedRanksAndAcceptEqualOnes(String name) {
    assertRefused(name, List.of(8, 4), Map.of(), name + " needs one rank");
    assertThat(Cohort.method(name, List.of(4, 4), Map.of()).adapter().rank()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({"flora", "fedex-lora", "flexlora", "lora-fair"})
  void productMethodsRefuseServerOptimizers(String name) {
    for (String optimizer : List.of("fedavgm", "fedadam", "fedyogi")) {
      assertRefused(
          name,
          List.of(),
          Map.of("method.server.optimizer", optimizer),
          optimizer + " would break " + name);
    }
  }

  @ParameterizedTest
  @CsvSource({"fedit", "ffa-lora", "fed-sb"})
  void linearMethodsEndWithTheServerOptimizer(String name) {
    Method method = Cohort.method(name, List.of(), Map.of("method.server.optimizer", "fedyogi"));
    assertThat(method.post()).hasSize(1);
  }

  @Test
  void fedSbStartsFromTheStatisticItIsConfiguredFor() {
    assertThat(
            Cohort.method("fed-sb", List.of(), Map.of("method.init", "weights")).init().statistic())
        .isEqualTo(AdapterInit.Statistic.WEIGHT);
    assertThat(
            Cohort.method("fed-sb", List.of(), Map.of("method.init", "public-gradient"))
                .init()
                .statistic())
        .isEqualTo(AdapterInit.Statistic.GRADIENT_SUM);
  }

  private static void assertRefused(
      String name, List<Integer> ranks, Map<String, String> overrides, String sentence) {
    assertThatThrownBy(() -> Cohort.method(name, ranks, overrides))
        .isInstanceOfSatisfying(
            WeftException.class,
            e -> assertThat(e.problem()).isEqualTo(Problem.INVALID_COMBINATION))
        .hasMessageContaining(sentence);
  }
}
