package dev.weft.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.weft.aggregation.method.MethodCard;
import dev.weft.aggregation.method.Methods;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Part;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.update.ClientUpdate;
import dev.weft.core.update.FixedPoint;
import dev.weft.core.update.UpdateEncoding;
import dev.weft.core.update.UpdateSum;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AggregationMeterTest {

  @Provide
  Arbitrary<MethodCard> registered() {
    return Arbitraries.of(Methods.cards());
  }

  @Property(tries = 60)
  void errorOfAnyStateIsThatOfTheDenseMatrices(
      @ForAll("registered") MethodCard card, @ForAll long seed) {
    Cohort cohort = Cohort.of(card.name(), seed, 4, 4, 4);
    GlobalState other = Cohort.reference(cohort.method().adapter(), cohort.seed().of("other"));
    AggregationMeter meter = meter(cohort);
    assertThat(meter.measure(other).error())
        .isCloseTo(Dense.distance(Dense.change(other), Dense.ideal(cohort)), within(1e-6));
  }

  @Property(tries = 60)
  void fixedPointMovesTheIdealByLessThanTheBound(
      @ForAll("registered") MethodCard card,
      @ForAll long seed,
      @ForAll @IntRange(min = 8, max = 20) int fractionBits) {
    Cohort cohort = Cohort.of(card.name(), seed, 3, 3);
    UpdateEncoding coarse = cohort.encoding(new FixedPoint(fractionBits, 8));
    List<ClientUpdate> updates = cohort.updates(coarse);
    UpdateSum sum = new UpdateSum(cohort.reference().adapter(), coarse);
    updates.forEach(sum::add);
    List<Cohort.Client> decoded = new ArrayList<>();
    for (ClientUpdate update : updates) {
      decoded.add(new Cohort.Client(update.client(), update.examples(), sum.adapter(update)));
    }
    double moved = Dense.distance(Dense.ideal(cohort), Dense.ideal(cohort.with(decoded)));

    double bound =
        new AggregationMeter(cohort.reference(), coarse, sum, updates)
            .measure(cohort.reference())
            .fixedPointBound();

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

    double measured = meter(cohort).measure(cohort.reference()).fixedPointBound();

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

  private static AggregationMeter meter(Cohort cohort) {
    return new AggregationMeter(
        cohort.reference(), cohort.encoding(), cohort.sum(), cohort.updates());
  }
}
