package dev.weft.finetune.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.AlloraAdapter;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.DoraAdapter;
import dev.weft.core.adapter.HadamardAdapter;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.adapter.VeraAdapter;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.WeightChange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One layer under every form of adapter, against the definitions in double precision. */
class NativeAdapterTest {
  private static final int OUT = 7;
  private static final int IN = 9;
  private static final int LANES = 3;
  private static final int ROWS = 4;
  private static final AdapterTarget.Layer LAYER = new AdapterTarget.Layer("0.query", OUT, IN);
  private static final AdapterTarget TARGET =
      AdapterTarget.of(List.of(LAYER), new AdapterTarget.Head(2, 5));
  private static final LinearSite SITE = new LinearSite(0, LAYER.name(), OUT, IN);

  private static final Tensor BASE = random(new Seed(1), OUT, IN);
  private static final Tensor X = random(new Seed(2), LANES * ROWS, IN);
  private static final Tensor DY = random(new Seed(3), LANES * ROWS, OUT);

  private static Arena arena;
  private static Kernels kernels;

  @BeforeAll
  static void open() {
    arena = Arena.open();
    kernels = Kernels.load(arena, "adapter.py");
  }

  @AfterAll
  static void close() {
    arena.close();
  }

  static Stream<AdapterForm> products() {
    return Stream.of(
        ChainAdapter.lora(3, 0.7f),
        ChainAdapter.diagonalCore(3, 0.7f),
        ChainAdapter.fullCore(3, 0.7f),
        ChainAdapter.fullCore(3, 0.7f).training(Part.CORE),
        ChainAdapter.lora(3, 0.7f).training(Part.B),
        new AlloraAdapter(ChainAdapter.lora(3, 1), 0.8f),
        VeraAdapter.of(3, 0.7f),
        new VeraAdapter(ChainAdapter.diagonalCore(3, 0.7f)));
  }

  static Stream<AdapterForm> forms() {
    return Stream.concat(
        products(),
        Stream.of(
            new DoraAdapter(ChainAdapter.lora(3, 0.7f)),
            new DoraAdapter(ChainAdapter.diagonalCore(2, 1.5f)),
            new HadamardAdapter(ChainAdapter.lora(3, 0.7f)),
            new HadamardAdapter(ChainAdapter.lora(2, 0.7f)).training(Part.B)));
  }

  @Test
  void everyFormThatIsPermittedIsAmongThem() {
    assertThat(forms().map(Object::getClass).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(AdapterForm.class.getPermittedSubclasses());
  }

  static Stream<List<SideDelta>> logs() {
    return Stream.of(
        List.of(), List.of(sideDelta(0, 1), sideDelta(1, 2)), List.of(sideDelta(0, 6)));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void theFoldedWeightIsThatOfTheDefinition(AdapterForm form) {
    Adapter adapter = random(form, 4);

    Tensor folded = fold(adapter, List.of());

    assertClose(
        DenseLayer.matrix(folded),
        DenseLayer.weight(adapter, LAYER, DenseLayer.matrix(BASE), adapter));
  }

  @ParameterizedTest
  @MethodSource("logs")
  void sideDeltasBelongToTheWeightThatDoraStretches(List<SideDelta> log) {
    Adapter adapter = random(new DoraAdapter(ChainAdapter.lora(3, 0.7f)), 4);
    double[][] base = DenseLayer.matrix(BASE);
    for (SideDelta delta : log) {
      LowRank term = delta.layers().get(0);
      base =
          DenseLayer.plus(
              base,
              DenseLayer.times(DenseLayer.matrix(term.left()), DenseLayer.matrix(term.right())));
    }

    Tensor folded = fold(adapter, log);

    assertClose(DenseLayer.matrix(folded), DenseLayer.weight(adapter, LAYER, base, adapter));
  }

  @ParameterizedTest
  @MethodSource("logs")
  void factorsBesideTheWeightAnswerAsTheFoldedOne(List<SideDelta> log) {
    products()
        .forEach(
            form -> {
              Adapter adapter = random(form, 4);
              try (Arena scratch = arena.child()) {
                WeightChange.Beside factors =
                    on(scratch, log, adapter).beside(scratch, SITE).orElseThrow();
                double[][] beside =
                    DenseLayer.times(
                        DenseLayer.matrix(onlyLane(factors.left())),
                        DenseLayer.matrix(onlyLane(factors.right())));
                assertClose(
                    DenseLayer.plus(DenseLayer.matrix(BASE), beside),
                    DenseLayer.matrix(fold(adapter, log)));
              }
            });
  }

  @ParameterizedTest
  @MethodSource("forms")
  void everyGradientEqualsTheDifferenceQuotient(AdapterForm form) {
    Adapter adapter = random(form, 4);
    Map<String, Tensor> gradients = gradients(List.of(adapter), X, DY, 1);

    assertThat(gradients.keySet())
        .isEqualTo(adapter.trained().filter(name -> Part.of(name) != Part.HEAD).names());
    gradients.forEach(
        (name, gradient) -> {
          for (int i = 0; i < gradient.size(); i++) {
            double quotient = (loss(adapter, name, i, 0.5f) - loss(adapter, name, i, -0.5f));
            assertThat((double) gradient.at(i))
                .as("%s[%d]", name, i)
                .isCloseTo(quotient, within(1e-4));
          }
        });
  }

  @ParameterizedTest
  @MethodSource("products")
  void manyAdaptersAsLanesEqualEachAlone(AdapterForm form) {
    List<Adapter> adapters = new ArrayList<>();
    for (int lane = 0; lane < LANES; lane++) {
      adapters.add(random(form, 10 + lane));
    }
    Map<String, Tensor> together = gradients(adapters, X, DY, LANES);
    for (int lane = 0; lane < LANES; lane++) {
      assertSameLane(
          together, lane, gradients(List.of(adapters.get(lane)), rows(X, lane), rows(DY, lane), 1));
      try (Arena scratch = arena.child()) {
        Tensor left =
            on(scratch, List.of(), adapters.toArray(Adapter[]::new))
                .beside(scratch, SITE)
                .orElseThrow()
                .left()
                .toTensor();
        Tensor alone =
            on(scratch, List.of(), adapters.get(lane))
                .beside(scratch, SITE)
                .orElseThrow()
                .left()
                .toTensor();
        assertSameLane(Map.of("left", left), lane, Map.of("left", alone));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void gradientsPerExampleEqualThoseOneByOne(AdapterForm form) {
    Adapter adapter = random(form, 4);
    Map<String, Tensor> together = gradients(List.of(adapter), X, DY, LANES);
    for (int lane = 0; lane < LANES; lane++) {
      assertSameLane(together, lane, gradients(List.of(adapter), rows(X, lane), rows(DY, lane), 1));
    }
  }

  @Test
  void columnsOfTheIdentityTrainColumnsOfTheWeight() {
    Adapter zeros = Adapter.zeros(ChainAdapter.lora(3, 1).training(Part.B), TARGET);
    Adapter paca = zeros.with(new Origin.Columns(new Seed(6)).derive(zeros.part(Part.A)));
    Tensor gradient = gradients(List.of(paca), X, DY, 1).get(Part.B.tensorName(LAYER.name()));
    double[][] dense =
        DenseLayer.times(DenseLayer.transposed(DenseLayer.matrix(DY)), DenseLayer.matrix(X));
    for (int k = 0; k < 3; k++) {
      int column = 0;
      while (paca.a(LAYER).at(k, column) == 0) {
        column++;
      }
      for (int row = 0; row < OUT; row++) {
        assertThat((double) gradient.at(row * 3 + k)).isCloseTo(dense[row][column], within(1e-5));
      }
    }
  }

  @Test
  void doraWithTheNormsOfTheBaseAnswersAsTheBase() {
    Adapter zeros = Adapter.zeros(new DoraAdapter(ChainAdapter.lora(3, 2)), TARGET);
    double[] norms = DenseLayer.rowNorms(DenseLayer.matrix(BASE));
    float[] magnitude = new float[OUT];
    for (int row = 0; row < OUT; row++) {
      magnitude[row] = (float) norms[row];
    }
    Adapter start =
        zeros.with(
            TensorMap.of(
                Map.of(Part.MAGNITUDE.tensorName(LAYER.name()), Tensor.of(magnitude, OUT))));
    assertClose(DenseLayer.matrix(fold(start, List.of())), DenseLayer.matrix(BASE));
  }

  /** As rows of a padded or pruned matrix are; W and B of such a row are zero at the start. */
  @Test
  void aRowOfZerosUnderDoraAnswersAndTrainsAsWithoutIt() {
    ChainAdapter chain = ChainAdapter.lora(3, 0.7f);
    Adapter dora = withoutRow(2, random(new DoraAdapter(chain), 4));
    Adapter lora = new Adapter(chain, TARGET, dora.parts(chain.parts()));
    Tensor base = withoutRow(2, BASE);
    String b = Part.B.tensorName(LAYER.name());

    Map<String, Tensor> gradients = gradients(base, List.of(dora), X, DY, 1);

    assertThat(fold(base, dora, List.of()).toArray()).doesNotContain(Float.NaN);
    for (int column = 0; column < IN; column++) {
      assertThat(fold(base, dora, List.of()).at(2, column)).isZero();
    }
    gradients.values().forEach(tensor -> assertThat(tensor.toArray()).doesNotContain(Float.NaN));
    assertThat(gradients.get(Part.MAGNITUDE.tensorName(LAYER.name())).at(2)).isZero();
    Tensor unstretched = gradients(base, List.of(lora), X, DY, 1).get(b);
    for (int k = 0; k < 3; k++) {
      assertThat(gradients.get(b).at(2 * 3 + k))
          .isCloseTo(unstretched.at(2 * 3 + k), within(1e-5f));
    }
  }

  /** A magnitude may pass through zero, where its own gradient is not lost. */
  @Test
  void aMagnitudeOfZeroStillLearns() {
    Adapter adapter = withMagnitude(1, 0, random(new DoraAdapter(ChainAdapter.lora(3, 1)), 4));
    String magnitude = Part.MAGNITUDE.tensorName(LAYER.name());

    Tensor gradient = gradients(List.of(adapter), X, DY, 1).get(magnitude);

    double quotient = loss(adapter, magnitude, 1, 0.5f) - loss(adapter, magnitude, 1, -0.5f);
    assertThat((double) gradient.at(1)).isCloseTo(quotient, within(1e-4));
  }

  private static Adapter withMagnitude(int row, float value, Adapter adapter) {
    String name = Part.MAGNITUDE.tensorName(LAYER.name());
    float[] magnitude = adapter.tensors().get(name).toArray();
    magnitude[row] = value;
    return adapter.with(TensorMap.of(Map.of(name, Tensor.of(magnitude, OUT))));
  }

  /** With magnitude and B of a row as they start over a row of zeros. */
  private static Adapter withoutRow(int row, Adapter adapter) {
    String b = Part.B.tensorName(LAYER.name());
    return withMagnitude(row, 0, adapter)
        .with(TensorMap.of(Map.of(b, withoutRow(row, adapter.tensors().get(b)))));
  }

  private static Tensor withoutRow(int row, Tensor matrix) {
    float[] values = matrix.toArray();
    int width = matrix.dimension(1);
    Arrays.fill(values, row * width, (row + 1) * width, 0);
    return Tensor.of(values, matrix.shapeArray());
  }

  /** So a model of whole numbers and scales is computed from the same bits as before. */
  @Test
  void aPairThatMultipliesByOneChangesNoBit() {
    Adapter start = random(new HadamardAdapter(ChainAdapter.lora(3, 2)), 4);
    Adapter zero = start.with(Adapter.zeros(start.form(), TARGET).part(Part.B));
    assertThat(fold(zero, List.of())).isEqualTo(BASE);
  }

  @Test
  void aLaneGivesItsOwnTrainedValuesBack() {
    List<Adapter> adapters =
        List.of(random(ChainAdapter.lora(3, 1), 1), random(ChainAdapter.lora(3, 1), 2));
    try (Arena scratch = arena.child()) {
      NativeAdapter lanes = on(scratch, List.of(), adapters.toArray(Adapter[]::new));
      for (int lane = 0; lane < 2; lane++) {
        assertThat(lanes.trainedValues(lane)).isEqualTo(adapters.get(lane).trained());
      }
      assertThat(lanes.head().get(AdapterTarget.Head.WEIGHT).shape()).containsExactly(2, 2, 5);
    }
  }

  @Test
  void lanesThatCannotShareABaseAreRefused() {
    Adapter dora = random(new DoraAdapter(ChainAdapter.lora(3, 1)), 1);
    Adapter wide = random(ChainAdapter.lora(3, 1), 1);
    Adapter narrow = random(ChainAdapter.lora(2, 1), 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> on(arena, List.of(), dora, dora))
        .withMessageStartingWith("adapters: only products can share a base");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> on(arena, List.of(), wide, narrow))
        .withMessage("adapters: lanes must share one form");
  }

  @Test
  void aLogIsKeptInTheFormThatTakesLessRoom() {
    SideDeltaSums sums = new SideDeltaSums(kernels);
    assertThat(sums.of(List.of(), TARGET)).isEmpty();
    assertThat(sums.of(List.of(sideDelta(0, 1), sideDelta(1, 2)), TARGET).get(0))
        .isInstanceOfSatisfying(
            SideSum.Factors.class, sum -> assertThat(sum.sum().rank()).isEqualTo(3));
    assertThat(sums.of(List.of(sideDelta(0, 6)), TARGET).get(0)).isInstanceOf(SideSum.Dense.class);
  }

  private static Tensor fold(Adapter adapter, List<SideDelta> log) {
    return fold(BASE, adapter, log);
  }

  private static Tensor fold(Tensor base, Adapter adapter, List<SideDelta> log) {
    try (Arena scratch = arena.child()) {
      return on(scratch, log, adapter).fold(scratch, SITE, scratch.floats(base)).toTensor();
    }
  }

  private static Map<String, Tensor> gradients(
      List<Adapter> adapters, Tensor x, Tensor dy, int lanes) {
    return gradients(BASE, adapters, x, dy, lanes);
  }

  private static Map<String, Tensor> gradients(
      Tensor base, List<Adapter> adapters, Tensor x, Tensor dy, int lanes) {
    try (Arena scratch = arena.child()) {
      NativeAdapter adapter = on(scratch, List.of(), adapters.toArray(Adapter[]::new));
      if (!adapter.laned()) {
        adapter.fold(scratch, SITE, scratch.floats(base));
      }
      Map<String, NativeArray> gradients = new LinkedHashMap<>();
      adapter
          .gradientsInto(scratch, gradients, lanes)
          .accept(scratch, SITE, scratch.floats(x), scratch.floats(dy));
      Map<String, Tensor> values = new LinkedHashMap<>();
      gradients.forEach((name, gradient) -> values.put(name, gradient.toTensor()));
      return values;
    }
  }

  private static NativeAdapter on(Arena owner, List<SideDelta> log, Adapter... adapters) {
    return new NativeAdapter(
        owner,
        kernels,
        List.of(adapters),
        List.of(SITE),
        new SideDeltaSums(kernels).of(log, TARGET));
  }

  /** The loss {@code Σ dy ⊙ (x W_effᵀ)}, linear in every tensor, after a step of one entry. */
  private static double loss(Adapter adapter, String name, int index, float step) {
    float[] values = adapter.tensors().get(name).toArray();
    values[index] += step;
    Tensor moved = Tensor.of(values, adapter.tensors().get(name).shapeArray());
    double[][] weight =
        DenseLayer.weight(
            adapter.with(TensorMap.of(Map.of(name, moved))),
            LAYER,
            DenseLayer.matrix(BASE),
            adapter);
    double[][] gradient =
        DenseLayer.times(DenseLayer.transposed(DenseLayer.matrix(DY)), DenseLayer.matrix(X));
    double loss = 0;
    for (int row = 0; row < OUT; row++) {
      for (int column = 0; column < IN; column++) {
        loss += gradient[row][column] * weight[row][column];
      }
    }
    return loss;
  }

  private static void assertSameLane(
      Map<String, Tensor> together, int lane, Map<String, Tensor> alone) {
    assertThat(together.keySet()).isEqualTo(alone.keySet());
    alone.forEach(
        (name, expected) -> {
          for (int i = 0; i < expected.size(); i++) {
            assertThat(together.get(name).at(lane * expected.size() + i))
                .as("%s[%d] of lane %d", name, i, lane)
                .isCloseTo(expected.at(i), within(1e-5f));
          }
        });
  }

  private static void assertClose(double[][] actual, double[][] expected) {
    for (int row = 0; row < expected.length; row++) {
      assertThat(actual[row]).containsExactly(expected[row], within(1e-5));
    }
  }

  private static Tensor onlyLane(NativeArray array) {
    Tensor all = array.toTensor();
    return Tensor.of(all.toArray(), all.dimension(1), all.dimension(2));
  }

  private static Tensor rows(Tensor all, int lane) {
    int width = all.dimension(1);
    float[] values = new float[ROWS * width];
    all.buffer().get(lane * ROWS * width, values);
    return Tensor.of(values, ROWS, width);
  }

  private static SideDelta sideDelta(int number, int rank) {
    Seed seed = new Seed(50 + number);
    return new SideDelta(
        number,
        List.of(
            new LowRank(random(seed.of("left"), OUT, rank), random(seed.of("right"), rank, IN))));
  }

  private static Adapter random(AdapterForm form, long seed) {
    Adapter zeros = Adapter.zeros(form, TARGET);
    return zeros.with(
        zeros
            .tensors()
            .map((name, tensor) -> random(new Seed(seed).of(name), tensor.shapeArray())));
  }

  private static Tensor random(Seed seed, int... shape) {
    SeededRandom random = seed.random();
    float[] values = new float[Math.toIntExact(Tensor.elements(shape))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (2 * random.nextDouble() - 1);
    }
    return Tensor.of(values, shape);
  }
}
