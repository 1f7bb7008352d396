package dev.weft.aggregation.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weft.aggregation.Cohort;
import dev.weft.aggregation.Dense;
import dev.weft.aggregation.RoundResult;
import dev.weft.aggregation.method.Exactness;
import dev.weft.aggregation.method.MethodCard;
import dev.weft.aggregation.method.Methods;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.Method;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every registered adapter promises, alone and under every method it goes with. */
class AdaptersTest {
  private static final int RANK = 3;

  static List<AdapterCard> cards() {
    return Adapters.cards();
  }

  static Stream<Arguments> combinations() {
    return Methods.cards().stream()
        .flatMap(
            method ->
                Adapters.cards().stream()
                    .filter(method::allows)
                    .map(adapter -> Arguments.of(method, adapter)));
  }

  @Test
  void everyAdapterGoesWithThePlainMeanAndIsDescribed() {
    for (AdapterCard card : Adapters.cards()) {
      assertThat(Methods.with(card)).contains("fedit");
      assertThat(Adapters.card(card.name())).isSameAs(card);
      assertThat(card.summary()).isNotBlank();
      assertThat(card.paper()).isNotBlank();
    }
  }

  @ParameterizedTest(name = "{1} by {0}")
  @MethodSource("combinations")
  void aRoundIsAsExactAsDeclaredForEqualRanks(MethodCard method, AdapterCard adapter) {
    Cohort cohort =
        Cohort.of(
            method(method.name(), adapter, List.of(RANK, RANK, RANK)),
            17,
            List.of(RANK, RANK, RANK));
    RoundResult result = cohort.aggregate();
    AdapterForm form = cohort.method().adapter();
    if (!form.product()) {
      assertThat(result.aggregationError()).isNaN();
      double ofFactors = Dense.distance(Dense.change(result.next()), Dense.ideal(cohort));
      if (method.exactness().apply(form) == Exactness.EXACT_FOR_EQUAL_RANKS) {
        assertThat(ofFactors).isLessThan(1e-6);
      } else {
        assertThat(ofFactors).isGreaterThan(1e-2);
      }
      return;
    }
    switch (method.exactness().apply(form)) {
      case EXACT, EXACT_FOR_EQUAL_RANKS -> assertThat(result.aggregationError()).isLessThan(1e-6);
      case APPROXIMATE, BEST_OF_RANK -> assertThat(result.aggregationError()).isGreaterThan(1e-2);
    }
  }

  @ParameterizedTest
  @MethodSource("cards")
  void theModelStartsAsItsBaseUnlessTheCardSaysOtherwise(AdapterCard card) {
    Set<String> changed = Set.of("lora-sb", "kasa", "loftq");
    GlobalState start = start(card, RANK, 1);
    double size =
        Dense.change(start).stream().mapToDouble(Dense::norm).sum()
            / weights().stream().mapToDouble(weight -> Dense.of(weight).norm()).sum();
    if (changed.contains(card.name())) {
      assertThat(size).isGreaterThan(1e-6);
    } else {
      assertThat(size).isLessThan(1e-5);
    }
  }

  @ParameterizedTest
  @MethodSource("cards")
  void noFrozenFactorIsZero(AdapterCard card) {
    GlobalState start = start(card, RANK, 1);
    for (Part part : Set.of(Part.A, Part.B)) {
      if (!start.adapter().form().trained().contains(part)) {
        assertThat(start.adapter().part(part)).isNotEqualTo(zeros(start, part));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cards")
  void whatAClientDerivesIsWhatTheCoordinatorHas(AdapterCard card) {
    GlobalState start = start(card, RANK, 9);
    start
        .origins()
        .forEach(
            (part, origin) -> {
              TensorMap values = start.adapter().part(part);
              if (!(origin instanceof Origin.Fetched)) {
                assertThat(origin.derive(values)).isEqualTo(values);
              }
              if (!(origin instanceof Origin.Fetched) && card.init().nested()) {
                TensorMap smaller = start.adapter().truncate(2).part(part);
                assertThat(origin.derive(smaller)).isEqualTo(smaller);
              }
            });
    assertThat(start(card, RANK, 9)).isEqualTo(start);
  }

  @ParameterizedTest
  @MethodSource("cards")
  void mixedRanksAreRefusedWhereTheStartIsNotNested(AdapterCard card) {
    List<Integer> mixed = List.of(3, 2);
    if (card.init().nested()) {
      assertThat(method("fedit", card, mixed).adapter().rank()).isEqualTo(3);
    } else {
      assertRefused(
          () -> method("fedit", card, mixed), card.name() + " cannot start at several ranks");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "flora, paca, flora needs an adapter of two trained factors",
    "flexlora, dora, flexlora needs an adapter of two trained factors",
    "ffa-lora, lora-xs, ffa-lora needs an adapter of two factors whose B is trained",
    "ffa-lora, dora, ffa-lora needs an adapter of two factors whose B is trained",
    "fedex-lora, hira, fedex-lora needs an adapter of two trained factors",
    "fed-sb, peqa, 'or a method that takes it: fedit, ffa-lora'",
    "fed-sb, pissa, fed-sb needs an adapter of which only the core is trained",
    "fed-sb, kasa, 'which kasa is not; choose one of auto, int-tune, lora-xs, lora-sb, loldu'",
    "fed-sb, lora, 'or a method that takes it: fedit, ffa-lora'"
  })
  void combinationsThatMakeNoSenseAreRefusedInOneSentence(
      String method, String adapter, String sentence) {
    assertRefused(() -> method(method, Adapters.card(adapter), List.of()), sentence);
  }

  @Test
  void anUnknownAdapterIsAnsweredWithTheKnownOnes() {
    assertThatThrownBy(() -> Cohort.method("fedit", List.of(), Map.of("method.adapter", "lroa")))
        .isInstanceOf(WeftException.class)
        .hasMessageContaining("lroa is not an adapter; choose one of auto, lora,");
  }

  @Test
  void rankAndScaleOfTheConfigurationReplaceTheAdaptersOwn() {
    Method own = Cohort.method("fedit", List.of(), Map.of("method.adapter", "rslora"));
    assertThat(own.adapter().scale()).isEqualTo(2f);
    Method wider =
        Cohort.method("fedit", List.of(), Map.of("method.adapter", "rslora", "method.rank", "64"));
    assertThat(wider.adapter().scale()).isEqualTo(1f);
    Method scaled =
        Cohort.method("fedit", List.of(), Map.of("method.adapter", "loldu", "method.scale", "0.5"));
    assertThat(scaled.adapter().scale()).isEqualTo(0.5f);
    assertThat(scaled.adapter().rank()).isEqualTo(64);
  }

  @Test
  void layersOfOneShapeShareTheDirectionsOfS2LoraAndNotTheirCoefficients() {
    AdapterTarget target =
        AdapterTarget.of(
            List.of(
                new AdapterTarget.Layer("0.q", 12, 17),
                new AdapterTarget.Layer("1.q", 12, 17),
                new AdapterTarget.Layer("1.v", 19, 17)));
    GlobalState start =
        S2Lora.CARD
            .init()
            .initialise(S2Lora.CARD.form().apply(RANK), target, new Seed(4), List.of());
    List<AdapterTarget.Layer> layers = target.layers();
    assertThat(start.adapter().a(layers.get(0))).isEqualTo(start.adapter().a(layers.get(1)));
    assertThat(start.adapter().b(layers.get(0))).isEqualTo(start.adapter().b(layers.get(1)));
    assertThat(start.adapter().b(layers.get(2)).dimension(0)).isEqualTo(19);
  }

  @Test
  void layersOfVeraTakeTheLeadingPartOfOnePair() {
    Adapter start = start(Vera.CARD, RANK, 4).adapter();
    AdapterTarget.Layer wide = Cohort.TARGET.layers().get(0);
    AdapterTarget.Layer tall = Cohort.TARGET.layers().get(1);
    assertThat(start.a(tall)).isEqualTo(start.a(wide).leadingBlock(RANK, tall.in()));
    assertThat(start.b(wide)).isEqualTo(start.b(tall).leadingBlock(wide.out(), RANK));
    assertThat(start.core(tall)).isEqualTo(Tensor.of(new float[] {0.1f, 0.1f, 0.1f}, RANK));
  }

  /**
   * {@code diag(b) B diag(d) A} is linear in either vector, so the mean misses {@code Σ p_k
   * diag(b_k − b̄) B diag(d_k − d̄) A} and nothing else (methods.md fact 2).
   */
  @Test
  void theMeanOfVeraMissesTheCovarianceOfItsVectors() {
    Cohort cohort =
        Cohort.of(
            method("fedit", Vera.CARD, List.of(RANK, RANK, RANK)), 8, List.of(RANK, RANK, RANK));
    Adapter mean = cohort.aggregate().next().adapter();
    List<Dense> expected = Dense.change(mean);
    for (Cohort.Client client : cohort.clients()) {
      TensorMap centered =
          client.local().trained().map((name, tensor) -> tensor.minus(mean.tensors().get(name)));
      List<Dense> missed = Dense.change(client.local().with(centered));
      for (int i = 0; i < missed.size(); i++) {
        expected.set(i, expected.get(i).plus(cohort.share(client), missed.get(i)));
      }
    }
    assertThat(Dense.distance(Dense.ideal(cohort), expected)).isLessThan(1e-6);
    assertThat(Dense.distance(Dense.change(mean), expected)).isGreaterThan(1e-2);
  }

  @ParameterizedTest
  @EnumSource(
      value = Part.class,
      names = {"CORE", "MAGNITUDE"})
  void theMeanOfVeraIsExactWhereClientsAgreeOnOneOfItsVectors(Part agreed) {
    Cohort drawn =
        Cohort.of(method("fedit", Vera.CARD, List.of(RANK, RANK)), 8, List.of(RANK, RANK));
    TensorMap same = drawn.clients().get(0).local().part(agreed);
    Cohort cohort =
        drawn.with(
            drawn.clients().stream()
                .map(
                    client ->
                        new Cohort.Client(
                            client.name(), client.examples(), client.local().with(same)))
                .toList());
    assertThat(cohort.aggregate().aggregationError()).isLessThan(1e-6);
  }

  /** Under Adam, on {@code ½‖s (Σ B_i) A − T‖²} from B = 0 (methods.md A12). */
  @Test
  void blocksThatStartAtZeroAreOneOfTheirNumberTimesTheScale() {
    Random random = new Random(6);
    double[] target = random.doubles(4 * 5, -1, 1).toArray();
    double[] a = random.doubles(2 * 5, -1, 1).toArray();

    List<Double> blocks = afterAdam(target, a.clone(), 4, 2);
    List<Double> one = afterAdam(target, a.clone(), 1, 2 * 4);

    assertThat(BlockLora.CARD.ownForm().scale()).isEqualTo(4 * Lora.CARD.ownForm().scale());
    for (int i = 0; i < one.size(); i++) {
      assertThat(blocks.get(i)).isCloseTo(one.get(i), within(1e-6));
    }
    assertThat(one).anyMatch(entry -> Math.abs(entry) > 0.1);
  }

  /** The product s (Σ B_i) A [4, 5] after twenty steps with r = 2. */
  private static List<Double> afterAdam(double[] target, double[] a, int blocks, double scale) {
    int ofB = 4 * 2;
    double[] x = Arrays.copyOf(a, a.length + blocks * ofB);
    double[] first = new double[x.length];
    double[] second = new double[x.length];
    double[] product = product(x, blocks, scale);
    for (int step = 1; step <= 20; step++) {
      double[] gradient = new double[x.length];
      for (int row = 0; row < 4; row++) {
        for (int column = 0; column < 5; column++) {
          double missed = scale * (product[row * 5 + column] - target[row * 5 + column]);
          for (int k = 0; k < 2; k++) {
            for (int block = 0; block < blocks; block++) {
              int b = a.length + block * ofB + row * 2 + k;
              gradient[b] += missed * x[k * 5 + column];
              gradient[k * 5 + column] += missed * x[b];
            }
          }
        }
      }
      for (int i = 0; i < x.length; i++) {
        first[i] = 0.9 * first[i] + 0.1 * gradient[i];
        second[i] = 0.999 * second[i] + 0.001 * gradient[i] * gradient[i];
        double mean = first[i] / (1 - Math.pow(0.9, step));
        double size = Math.sqrt(second[i] / (1 - Math.pow(0.999, step)));
        x[i] -= 0.003 * mean / (size + 1e-8);
      }
      product = product(x, blocks, scale);
    }
    return Arrays.stream(product).boxed().toList();
  }

  private static double[] product(double[] x, int blocks, double scale) {
    double[] product = new double[4 * 5];
    for (int i = 0; i < product.length; i++) {
      for (int k = 0; k < 2; k++) {
        for (int block = 0; block < blocks; block++) {
          product[i] += scale * x[2 * 5 + block * 4 * 2 + i / 5 * 2 + k] * x[k * 5 + i % 5];
        }
      }
    }
    return product;
  }

  @Test
  void aSoraGateBelowTheThresholdIsExactlyZeroAfterTheMean() {
    Method method = method("fedit", Sora.CARD, List.of(RANK));
    Cohort drawn = Cohort.of(method, 3, List.of(RANK));
    Cohort.Client client = drawn.clients().get(0);
    TensorMap gates =
        client
            .local()
            .part(Part.CORE)
            .map((name, gate) -> Tensor.of(new float[] {1, -1, 1e-3f}, 3));
    Cohort cohort =
        drawn.with(
            List.of(
                new Cohort.Client(client.name(), client.examples(), client.local().with(gates))));
    Tensor after = cohort.aggregate().next().adapter().core(Cohort.TARGET.layers().get(0));
    assertThat(after.at(2)).isZero();
    assertThat(after.at(0)).isCloseTo(1 - 84 * 3e-4f, within(1e-4f));
    assertThat(after.at(1)).isEqualTo(-after.at(0));
  }

  @Test
  void adaLoraKeepsItsBudgetOverAllLayers() {
    Method method = method("fedit", AdaLora.CARD, List.of(RANK));
    GlobalState next = Cohort.of(method, 3, List.of(RANK, RANK)).aggregate().next();
    long staying = 0;
    for (Tensor weights : next.adapter().part(Part.CORE).asMap().values()) {
      for (int i = 0; i < RANK; i++) {
        staying += weights.at(i) == 0 ? 0 : 1;
      }
    }
    assertThat(staying).as("two thirds of 3 directions in each of 2 layers").isEqualTo(4);
  }

  private static GlobalState start(AdapterCard card, int rank, long seed) {
    List<Tensor> statistics =
        switch (card.init().statistic()) {
          case NONE -> List.of();
          case WEIGHT, QUANTIZATION_RESIDUAL, GRADIENT_SUM -> weights();
          case ACTIVATION_GRAM -> grams();
        };
    return card.init()
        .initialise(card.form().apply(rank), Cohort.TARGET, new Seed(seed), statistics);
  }

  private static List<Tensor> weights() {
    List<Tensor> weights = new ArrayList<>();
    for (AdapterTarget.Layer layer : Cohort.TARGET.layers()) {
      weights.add(gaussian(layer.out(), layer.in(), new Seed(layer.out())));
    }
    return weights;
  }

  private static List<Tensor> grams() {
    List<Tensor> grams = new ArrayList<>();
    for (AdapterTarget.Layer layer : Cohort.TARGET.layers()) {
      Dense x = Dense.of(gaussian(40, layer.in(), new Seed(layer.in())));
      Dense gram = x.transposed().times(x);
      float[] values = new float[gram.values().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = gram.values().get(i).floatValue();
      }
      grams.add(Tensor.of(values, layer.in(), layer.in()));
    }
    return grams;
  }

  private static Tensor gaussian(int rows, int columns, Seed seed) {
    SeededRandom random = seed.random();
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, rows, columns);
  }

  private static TensorMap zeros(GlobalState state, Part part) {
    return state.adapter().part(part).map((name, tensor) -> Tensor.zeros(tensor.shapeArray()));
  }

  private static Method method(String name, AdapterCard adapter, List<Integer> ranks) {
    return Cohort.method(name, ranks, Map.of("method.adapter", adapter.name()));
  }

  private static void assertRefused(Runnable attempt, String sentence) {
    assertThatThrownBy(attempt::run)
        .isInstanceOfSatisfying(
            WeftException.class,
            e -> assertThat(e.problem()).isEqualTo(Problem.INVALID_COMBINATION))
        .hasMessageContaining(sentence);
  }
}
