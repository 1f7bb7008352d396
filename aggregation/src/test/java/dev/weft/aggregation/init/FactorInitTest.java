package dev.weft.aggregation.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weft.aggregation.Cohort;
import dev.weft.aggregation.Dense;
import dev.weft.aggregation.algebra.Matrices;
import dev.weft.aggregation.algebra.Svd;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.DoraAdapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.AdapterInit;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The invariants that the adapters' cards state about their starts. */
class FactorInitTest {
  private static final int RANK = 3;

  @Property(tries = 10)
  void pissaSplitsTheWeightIntoItsLeadingPartAndItsTail(@ForAll long seed) {
    ChainAdapter form = ChainAdapter.lora(RANK, 2);
    GlobalState state = start(SingularInit.principal(), form, seed);
    for (int i = 0; i < layers().size(); i++) {
      Svd svd = svd(seed, i);
      Dense b = Dense.of(state.adapter().b(layers().get(i)));
      Dense a = Dense.of(state.adapter().a(layers().get(i)));
      assertDiagonal(b.transposed().times(b), svd.values(), 0.5);
      assertDiagonal(a.times(a.transposed()), svd.values(), 0.5);
      double tail =
          Math.sqrt(svd.values().stream().skip(RANK).mapToDouble(value -> value * value).sum());
      Dense residual = Dense.of(weight(seed, i)).plus(1, sideDelta(state, i));
      assertThat(residual.norm()).isCloseTo(tail, within(1e-5));
    }
  }

  /** Eckart and Young: no adapter of its rank is nearer to the unquantized weight. */
  @Property(tries = 10)
  void loftQLeavesTheTailOfTheQuantizationError(@ForAll long seed) {
    GlobalState state =
        start(SingularInit.quantizationResidual(), ChainAdapter.lora(RANK, 2), seed);
    List<Dense> correction = Dense.change(state.adapter());
    for (int i = 0; i < layers().size(); i++) {
      Dense residual = Dense.of(weight(seed, i));
      double tail =
          Math.sqrt(
              svd(seed, i).values().stream().skip(RANK).mapToDouble(value -> value * value).sum());
      double left = residual.plus(-1, correction.get(i)).norm();
      assertThat(left).isCloseTo(tail, within(1e-5)).isLessThan(residual.norm());
    }
    assertThat(state.sideDeltas()).as("the base keeps its quantized bytes").isEmpty();
  }

  @Test
  void loftQHasNothingToCorrectWhereNothingWasRounded() {
    List<Tensor> nothing =
        layers().stream().map(layer -> Tensor.zeros(layer.out(), layer.in())).toList();
    assertThatThrownBy(
            () ->
                SingularInit.quantizationResidual()
                    .initialise(ChainAdapter.lora(RANK, 2), Cohort.TARGET, new Seed(1), nothing))
        .isInstanceOfSatisfying(
            WeftException.class,
            e -> assertThat(e.problem()).isEqualTo(Problem.INVALID_COMBINATION))
        .hasMessageContaining("set model.quantization");
  }

  @Property(tries = 10)
  void loraGaTakesItsFactorsFromUnlikeSingularVectors(@ForAll long seed) {
    GlobalState state = start(SingularInit.gradientAligned(), ChainAdapter.lora(RANK, 2), seed);
    for (int i = 0; i < layers().size(); i++) {
      Dense a = Dense.of(state.adapter().a(layers().get(i)));
      Dense b = Dense.of(state.adapter().b(layers().get(i)));
      double square = Math.sqrt(layers().get(i).out()) / SingularInit.STABILITY;
      assertDiagonal(a.times(a.transposed()), List.of(square, square, square), 1);
      assertDiagonal(b.transposed().times(b), List.of(square, square, square), 1);
      Dense between = b.transposed().times(Dense.of(weight(seed, i))).times(a.transposed());
      assertThat(between.norm()).isLessThan(1e-4);
    }
  }

  @Test
  void loraGaNeedsRoomForTwiceItsRank() {
    assertThatThrownBy(() -> start(SingularInit.gradientAligned(), ChainAdapter.lora(7, 2), 1))
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.problem()).isEqualTo(Problem.RANK_TOO_LARGE))
        .hasMessageEndingWith("at most 12; set it to at most 6");
  }

  @Test
  void evaHoldsMoreVarianceThanAnyOtherDirections() {
    GlobalState state =
        SingularInit.explainedVariance()
            .initialise(ChainAdapter.lora(RANK, 2), Cohort.TARGET, new Seed(1), grams());
    for (int i = 0; i < layers().size(); i++) {
      Dense a = Dense.of(state.adapter().a(layers().get(i)));
      assertDiagonal(a.times(a.transposed()), List.of(1.0, 1.0, 1.0), 1);
      Dense held = a.times(Dense.of(grams().get(i))).times(a.transposed());
      double explained = held.at(0, 0) + held.at(1, 1) + held.at(2, 2);
      double most =
          Svd.of(Matrices.of(grams().get(i))).values().stream()
              .limit(RANK)
              .mapToDouble(Double::doubleValue)
              .sum();
      assertThat(explained).isCloseTo(most, within(1e-4 * most));
    }
  }

  @Test
  void loraXsCarriesTheSingularValuesInB() {
    GlobalState state = start(SingularInit.scaledWeights(), ChainAdapter.fullCore(RANK, 1), 5);
    for (int i = 0; i < layers().size(); i++) {
      Dense b = Dense.of(state.adapter().b(layers().get(i)));
      List<Double> squares = svd(5, i).values().stream().map(value -> value * value).toList();
      assertDiagonal(b.transposed().times(b), squares, 1);
    }
  }

  @Property(tries = 10)
  void nystromRebuildsAWeightOfItsRank(@ForAll long seed) {
    List<Tensor> thin =
        layers().stream()
            .map(
                layer ->
                    tensor(
                        Dense.of(gaussian(layer.out(), RANK, new Seed(seed).of("b", layer.out())))
                            .times(Dense.of(gaussian(RANK, layer.in(), new Seed(seed))))))
            .toList();
    GlobalState state =
        CornerInit.nystrom()
            .initialise(ChainAdapter.fullCore(RANK, 0.5f), Cohort.TARGET, new Seed(1), thin);
    List<Dense> product = Dense.change(state.adapter());
    for (int i = 0; i < thin.size(); i++) {
      double condition = conditionOfTheCorner(thin.get(i));
      if (condition < 300) {
        assertThat(Dense.distance(List.of(product.get(i)), List.of(Dense.of(thin.get(i)))))
            .isLessThan(1e-6 * condition);
      }
    }
  }

  @Test
  void kasaTakesAwayTheTailThatItsRankReplaces() {
    GlobalState state = start(TailInit.kasa(), ChainAdapter.diagonalCore(RANK, 2), 6);
    for (int i = 0; i < layers().size(); i++) {
      List<Double> values = svd(6, i).values();
      int kept = layers().get(i).in() - RANK;
      double tail = Math.sqrt(values.stream().skip(kept).mapToDouble(value -> value * value).sum());
      assertThat(sideDelta(state, i).norm()).isCloseTo(tail, within(1e-5));
    }
    assertThat(sideDelta(state, 0).norm()).as("12 singular values, 17 columns").isZero();
    assertThat(sideDelta(state, 1).norm()).isPositive();
  }

  @Test
  void doraStartsWithTheLengthsOfTheRows() {
    GlobalState state =
        start(MagnitudeInit.rowNorms(), new DoraAdapter(ChainAdapter.lora(RANK, 2)), 7);
    AdapterTarget.Layer layer = layers().get(1);
    Tensor magnitude = state.adapter().tensors().get(Part.MAGNITUDE.tensorName(layer.name()));
    Dense weight = Dense.of(weight(7, 1));
    Dense squares = weight.times(weight.transposed());
    for (int row = 0; row < layer.out(); row++) {
      assertThat((double) magnitude.at(row))
          .isCloseTo(Math.sqrt(squares.at(row, row)), within(1e-5));
    }
    assertThat(state.origins().get(Part.MAGNITUDE)).isEqualTo(new Origin.Fetched());
    assertThat(state.origins().get(Part.A)).isInstanceOf(Origin.Kaiming.class);
  }

  @Test
  void aStatisticOfTheWrongShapeIsNamed() {
    assertThatThrownBy(
            () ->
                SingularInit.explainedVariance()
                    .initialise(ChainAdapter.lora(2, 1), Cohort.TARGET, new Seed(1), weights(1)))
        .hasMessage("statistics: layer.0.query has shape [12, 17], not [17, 17]");
  }

  private static GlobalState start(AdapterInit init, AdapterForm form, long seed) {
    return init.initialise(form, Cohort.TARGET, new Seed(seed), weights(seed));
  }

  private static List<AdapterTarget.Layer> layers() {
    return Cohort.TARGET.layers();
  }

  private static Dense sideDelta(GlobalState state, int layer) {
    LowRank delta = state.sideDeltas().get(0).layers().get(layer);
    return Dense.of(delta.left()).times(Dense.of(delta.right()));
  }

  private static Svd svd(long seed, int layer) {
    return Svd.of(Matrices.of(weight(seed, layer)));
  }

  private static double conditionOfTheCorner(Tensor weight) {
    List<Double> values = Svd.of(Matrices.of(weight.leadingBlock(RANK, RANK))).values();
    return values.get(0) / values.get(RANK - 1);
  }

  private static List<Tensor> weights(long seed) {
    return List.of(weight(seed, 0), weight(seed, 1));
  }

  private static Tensor weight(long seed, int layer) {
    AdapterTarget.Layer shape = layers().get(layer);
    return gaussian(shape.out(), shape.in(), new Seed(seed).of("weight", layer));
  }

  private static List<Tensor> grams() {
    return layers().stream()
        .map(layer -> Dense.of(gaussian(30, layer.in(), new Seed(layer.in()))))
        .map(x -> tensor(x.transposed().times(x)))
        .toList();
  }

  private static void assertDiagonal(Dense matrix, List<Double> expected, double factor) {
    for (int row = 0; row < matrix.rows(); row++) {
      for (int column = 0; column < matrix.columns(); column++) {
        assertThat(matrix.at(row, column))
            .isCloseTo(row == column ? factor * expected.get(row) : 0, within(1e-4));
      }
    }
  }

  private static Tensor tensor(Dense dense) {
    float[] values = new float[dense.values().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = dense.values().get(i).floatValue();
    }
    return Tensor.of(values, dense.rows(), dense.columns());
  }

  private static Tensor gaussian(int rows, int columns, Seed seed) {
    var random = seed.random();
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, rows, columns);
  }
}
