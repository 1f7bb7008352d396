package dev.weft.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.aggregation.method.MethodCard;
import dev.weft.aggregation.method.Methods;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Part;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.update.ClientUpdate;
import dev.weft.core.update.FixedPoint;
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
    AggregationMeter meter = meter(cohort, cohort.method().codec());
    assertThat(meter.measure(other).error())
        .isCloseTo(Dense.distance(Dense.change(other), Dense.ideal(cohort)), within(1e-6));
  }

  @Property(tries = 60)
  void fixedPointMovesTheIdealByLessThanTheBound(
      @ForAll("registered") MethodCard card,
      @ForAll long seed,
      @ForAll @IntRange(min = 8, max = 20) int fractionBits) {
    FixedPoint coarse = new FixedPoint(fractionBits);
    Cohort cohort = Cohort.of(card.name(), seed, 3, 3);
    List<Cohort.Client> decoded = new ArrayList<>();
    AggregationMeter meter = new AggregationMeter(cohort.reference(), coarse);
    for (Cohort.Client client : cohort.clients()) {
      Adapter start = cohort.reference().adapter();
      ClientUpdate update =
          new ClientUpdate(
              client.name(),
              3,
              client.examples(),
              coarse.encode(
                  client.local().trained().minus(start.trained()),
                  cohort.seed().of(client.name())));
      meter.add(update);
      decoded.add(
          new Cohort.Client(
              client.name(),
              client.examples(),
              start.with(
                  start.trained().plus(coarse.decode(update.values(), start.trained().schema())))));
    }
    double moved = Dense.distance(Dense.ideal(cohort), Dense.ideal(cohort.with(decoded)));

    double bound = meter.measure(cohort.reference()).fixedPointBound();

    assertThat(bound).isGreaterThan(moved).isLessThan(300 * moved);
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

  private static AggregationMeter meter(Cohort cohort, FixedPoint codec) {
    AggregationMeter meter = new AggregationMeter(cohort.reference(), codec);
    cohort.updates().forEach(meter::add);
    return meter;
  }
}
