package dev.weft.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.weft.aggregation.method.MethodCard;
import dev.weft.aggregation.method.Methods;
import dev.weft.aggregation.method.MixedRanks;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Part;
import dev.weft.core.method.Method;
import dev.weft.core.tensor.Scratch;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.update.FixedPoint;
import dev.weft.core.update.StoredUpdate;
import dev.weft.core.update.StoredUpdates;
import dev.weft.core.update.UpdateEncoding;
import dev.weft.core.update.UpdateSum;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AggregationMeterTest {
  /** What is left of an exact sum when it is committed as float32. */
  private static final double FLOAT32 = 1e-7;

  @Provide
  Arbitrary<MethodCard> registered() {
    return Arbitraries.of(Methods.cards());
  }

  @Property(tries = 60)
  void errorOfAnyStateIsThatOfTheDenseMatrices(
      @ForAll("registered") MethodCard card, @ForAll long seed) {
    Cohort cohort = Cohort.of(card.name(), seed, 4, 4, 4);
    GlobalState other = Cohort.reference(cohort.method().adapter(), cohort.seed().of("other"));
    assertThat(measured(cohort, cohort.encoding(), other).error())
        .isCloseTo(Dense.distance(Dense.change(other), Dense.ideal(cohort)), within(1e-6));
  }

  /** The oracle has all clients in memory, as fixed point left them, and all matrices dense. */
  @Property(tries = 60)
  void errorOfARoundIsThatOfAllUpdatesInMemory(
      @ForAll("registered") MethodCard card,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int clients,
      @ForAll @IntRange(min = 8, max = 24) int fractionBits) {
    Cohort cohort = Cohort.of(card.name(), seed, ranks(card, clients));
    UpdateEncoding encoding = cohort.encoding(new FixedPoint(fractionBits, 8));
    GlobalState next = cohort.aggregate(encoding).next();
    double inMemory = Dense.distance(Dense.change(next), Dense.ideal(cohort.decoded(encoding)));

    double streamed = measured(cohort, encoding, next).error();

    assertThat(streamed).isCloseTo(inMemory, within(FLOAT32 + 1e-9 * inMemory));
    assertThat(cohort.aggregate(encoding).aggregationError())
        .isCloseTo(inMemory, within(FLOAT32 + 1e-9 * inMemory));
  }

  private static List<Integer> ranks(MethodCard card, int clients) {
    return IntStream.range(0, clients)
        .mapToObj(i -> card.mixedRanks() == MixedRanks.REFUSED || i == 0 ? 3 : 1 + i % 3)
        .toList();
  }

  /**
   * Where the change is affine, the sum of the updates says as much as the updates, at any rank.
   */
  @Property(tries = 60)
  void theSumTellsTheIdealOfAffineChanges(
      @ForAll @From("affine") Method method, @ForAll long seed) {
    Cohort cohort = Cohort.of(method, seed, List.of(3, 1, 2, 3, 2));
    GlobalState reference = cohort.reference();
    assertThat(IdealChange.isInSum(method.adapter())).isTrue();
    IdealChange ofSum = new IdealOfSum(reference.adapter(), cohort.encoding(), cohort.sum());
    IdealChange ofUpdates = new IdealOfUpdates(cohort.encoding(), cohort.stored());
    for (AdapterTarget.Layer layer : Cohort.TARGET.layers()) {
      IdealChange.Layer one = ofSum.layer(layer);
      IdealChange.Layer other = ofUpdates.layer(layer);
      assertThat(one.fixedPointBound()).isCloseTo(other.fixedPointBound(), withinPercentage(1e-4));
      double size = other.sum().norm();
      one.sum().add(-1, other.sum());
      // Both ways round to float32 once, and what clients moved in opposite directions cancels.
      assertThat(one.sum().norm()).isLessThan(0x1p-20 * size);
    }
  }

  @Provide
  Arbitrary<Method> affine() {
    return Arbitraries.of("fed-sb/auto", "ffa-lora/auto", "fedit/randlora", "fedit/paca")
        .map(name -> name.split("/"))
        .map(names -> Cohort.method(names[0], List.of(3), Map.of("method.adapter", names[1])));
  }

  /** A frozen core mixes what a client of smaller rank has with what it has not. */
  @Test
  void theSumDoesNotTellTheIdealBehindAFrozenCore() {
    assertThat(IdealChange.isInSum(ChainAdapter.fullCore(3, 1).training(Part.B))).isFalse();
    assertThat(IdealChange.isInSum(ChainAdapter.fullCore(3, 1).training(Part.CORE))).isTrue();
    assertThat(IdealChange.isInSum(ChainAdapter.lora(3, 1).training(Part.B))).isTrue();
    assertThat(IdealChange.isInSum(ChainAdapter.lora(3, 1))).isFalse();
  }

  /** Rounding of the committed float32 is all that is left, and it is seen. */
  @Test
  void theSumIsTakenInDoublePrecision() {
    double error = Cohort.of("fed-sb", 31, 3, 3, 3).aggregate().aggregationError();
    assertThat(error).isBetween(1e-9, 1e-7);
  }

  /** Whatever the number of clients: a layer of one of them is read at a time. */
  @ParameterizedTest
  @ValueSource(ints = {2, 40})
  void neverMoreThanALayerOfAClientIsReadAtOnce(int clients) {
    Cohort cohort = Cohort.of("fedit", 32, Collections.nCopies(clients, 3));
    UpdateSum sum = cohort.sum();
    List<Integer> sizes = new ArrayList<>();
    List<StoredUpdate> stored = cohort.stored(sum, sizes::add);
    sizes.clear();
    IdealChange ideal = new IdealOfUpdates(cohort.encoding(), new StoredUpdates(stored));

    new AggregationMeter(cohort.reference(), ideal).measure(cohort.aggregate().next());

    int query = 3 * (12 + 17);
    int value = 3 * (19 + 11);
    List<Integer> once = new ArrayList<>(Collections.nCopies(clients, query));
    once.addAll(Collections.nCopies(clients, value));
    assertThat(sizes).isEqualTo(once);
  }

  @Property(tries = 60)
  void fixedPointMovesTheIdealByLessThanTheBound(
      @ForAll("registered") MethodCard card,
      @ForAll long seed,
      @ForAll @IntRange(min = 8, max = 20) int fractionBits) {
    Cohort cohort = Cohort.of(card.name(), seed, 3, 3);
    UpdateEncoding coarse = cohort.encoding(new FixedPoint(fractionBits, 8));
    double moved = Dense.distance(Dense.ideal(cohort), Dense.ideal(cohort.decoded(coarse)));

    double bound = measured(cohort, coarse, cohort.reference()).fixedPointBound();

    assertThat(bound).isGreaterThan(moved).isLessThan(300 * moved);
  }

  /** Π(x_i + e_i) − Π x_i per layer and client, with x the fourth root of the Gram's squares. */
  @Property(tries = 40)
  void theBoundIsThatOfTheFormula(@ForAll("registered") MethodCard card, @ForAll long seed) {
    Cohort cohort = Cohort.of(card.name(), seed, 3, 3);
    List<AdapterTarget.Layer> layers = Cohort.TARGET.layers();
    double squares = 0;
    for (AdapterTarget.Layer layer : layers) {
      double bound = 0;
      for (Cohort.Client client : cohort.clients()) {
        Adapter adapter = client.local();
        double with = 1;
        double without = 1;
        for (Part part : adapter.form().parts()) {
          if (part != Part.HEAD) {
            Tensor factor = adapter.tensors().get(part.tensorName(layer.name()));
            Dense dense = part == Part.CORE ? Dense.core(factor) : Dense.of(factor);
            double size = Math.sqrt(dense.times(dense.transposed()).norm());
            double moved =
                adapter.form().trained().contains(part)
                    ? cohort.encoding().bound(client.examples()) * Math.sqrt(factor.size())
                    : 0;
            with *= size + moved;
            without *= size;
          }
        }
        bound += cohort.share(client) * adapter.form().scale() * (with - without);
      }
      squares += bound * bound;
    }
    double size =
        Math.sqrt(Dense.ideal(cohort).stream().mapToDouble(d -> d.norm() * d.norm()).sum());

    double measured = measured(cohort, cohort.encoding(), cohort.reference()).fixedPointBound();

    // The meter sees the clients as fixed point made them, which hardly moves their sizes.
    assertThat(measured).isCloseTo(Math.sqrt(squares) / size, withinPercentage(0.01));
  }

  @Test
  void aRoundThatChangesNothingHasNoError() {
    Cohort drawn = Cohort.of("fedit", 5, 2, 2);
    GlobalState reference = drawn.reference();
    Adapter silent =
        reference
            .adapter()
            .with(
                reference
                    .adapter()
                    .part(Part.B)
                    .map((name, tensor) -> Tensor.zeros(tensor.shapeArray())));
    GlobalState still =
        new GlobalState(
            0, silent, reference.origins(), reference.sideDeltas(), reference.serverState());
    Cohort cohort =
        new Cohort(drawn.method(), still, List.of(new Cohort.Client("a", 3, silent)), drawn.seed());
    assertThat(cohort.aggregate().aggregationError()).isZero();
    assertThat(cohort.aggregate().fixedPointBound()).isZero();
  }

  private static AggregationMeter.Measurement measured(
      Cohort cohort, UpdateEncoding encoding, GlobalState next) {
    UpdateSum sum = new UpdateSum(cohort.reference().adapter(), encoding, Scratch.HEAP);
    List<StoredUpdate> stored = new ArrayList<>();
    cohort
        .updates(encoding)
        .forEach(
            update -> {
              sum.add(update);
              stored.add(sum.stored(update));
            });
    IdealChange ideal = new IdealOfUpdates(encoding, new StoredUpdates(stored));
    return new AggregationMeter(cohort.reference(), ideal).measure(next);
  }
}
