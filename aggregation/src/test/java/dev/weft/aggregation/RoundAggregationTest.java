package dev.weft.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.aggregation.method.Exactness;
import dev.weft.aggregation.method.MethodCard;
import dev.weft.aggregation.method.Methods;
import dev.weft.aggregation.method.MixedRanks;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.Method;
import dev.weft.core.tensor.Scratch;
import dev.weft.core.update.ClientUpdate;
import dev.weft.core.update.RingVector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RoundAggregationTest {
  static List<MethodCard> cards() {
    return Methods.cards();
  }

  @Provide
  Arbitrary<MethodCard> registered() {
    return Arbitraries.of(Methods.cards());
  }

  @Property(tries = 60)
  void orderOfArrivalChangesNoBit(@ForAll("registered") MethodCard card, @ForAll long seed) {
    List<Integer> ranks =
        card.mixedRanks() == MixedRanks.REFUSED ? List.of(3, 3, 3, 3, 3) : List.of(3, 1, 4, 2, 4);
    Cohort cohort = Cohort.of(card.name(), seed, ranks);
    List<ClientUpdate> shuffled = new ArrayList<>(cohort.updates());
    cohort.seed().of("arrival").random().shuffle(shuffled);

    RoundResult inOrder = cohort.aggregate();
    RoundResult outOfOrder = cohort.aggregate(shuffled);

    assertThat(outOfOrder).isEqualTo(inOrder);
    assertThat(outOfOrder.next()).isEqualTo(inOrder.next());
  }

  @ParameterizedTest
  @MethodSource("cards")
  void everyMethodCountsTheRoundAndKeepsDerivablePartsDerivable(MethodCard card) {
    Cohort cohort = Cohort.of(card.name(), 21, 2, 2);
    RoundResult result = cohort.aggregate();
    GlobalState next = result.next();

    assertThat(next.round()).isEqualTo(1);
    assertThat(result.clients()).isEqualTo(2);
    assertThat(result.examples()).isEqualTo(9);
    next.origins()
        .forEach(
            (part, origin) -> {
              if (!(origin instanceof Origin.Fetched)) {
                assertThat(origin.derive(next.adapter().part(part)))
                    .isEqualTo(next.adapter().part(part));
              }
            });
  }

  @ParameterizedTest
  @MethodSource("cards")
  void frozenPartsKeepTheirBytesAndTheirOrigin(MethodCard card) {
    Cohort cohort = Cohort.of(card.name(), 22, 2, 2);
    GlobalState next = cohort.aggregate().next();
    for (var part : next.adapter().form().parts()) {
      if (!next.adapter().form().trained().contains(part)) {
        assertThat(next.adapter().part(part)).isEqualTo(cohort.reference().adapter().part(part));
        assertThat(next.origins()).containsEntry(part, cohort.reference().origins().get(part));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cards")
  void refusedUpdatesLeaveTheRoundAsItWas(MethodCard card) {
    Cohort cohort = Cohort.of(card.name(), 23, 2, 2, 2);
    List<ClientUpdate> updates = cohort.updates();
    RoundAggregation round =
        RoundAggregation.start(
            cohort.method(),
            cohort.reference(),
            cohort.encoding(),
            cohort.seed().of("round"),
            true,
            Scratch.HEAP);
    round.add(updates.get(0));
    ClientUpdate second = updates.get(1);
    List<ClientUpdate> refused =
        List.of(
            updates.get(0),
            new ClientUpdate("x", 3, second.values()),
            new ClientUpdate("x", 1, second.values()),
            new ClientUpdate("x", 2, RingVector.of(cohort.encoding().bits(), 1, 2, 3)),
            weighing(second, 0),
            weighing(second, cohort.encoding().mostExamples() + 1));
    for (ClientUpdate update : refused) {
      assertThatThrownBy(() -> round.add(update))
          .isInstanceOf(WeftException.class)
          .hasMessageStartingWith("update: ");
    }
    round.add(updates.get(2));
    round.add(second);
    assertThat(round.finish()).isEqualTo(cohort.aggregate());
  }

  private static ClientUpdate weighing(ClientUpdate update, long examples) {
    long[] values = new long[update.entries() + 1];
    values[update.entries()] = examples;
    return new ClientUpdate(
        update.client(), update.rank(), RingVector.of(update.values().bits(), values));
  }

  @Test
  void withoutMeasuringTheNumbersAreNotNumbers() {
    Cohort cohort = Cohort.of("fedit", 24, 2);
    RoundAggregation round =
        RoundAggregation.start(
            cohort.method(),
            cohort.reference(),
            cohort.encoding(),
            cohort.seed(),
            false,
            Scratch.HEAP);
    cohort.updates().forEach(round::add);
    assertThat(round.finish().aggregationError()).isNaN();
  }

  /** Where a mean is exact for equal ranks, the sum tells the error; nothing stays stored. */
  @ParameterizedTest
  @CsvSource({
    "fed-sb, auto, false, false",
    "ffa-lora, auto, false, false",
    "fedit, randlora, false, false",
    "fedit, auto, true, false",
    "fedit, dora, false, false",
    "flexlora, auto, true, true",
    "flora, auto, true, true",
    "median, auto, true, true",
    "median, int-tune, true, true",
  })
  void updatesAreReadAgainOnlyWhereTheirSumDoesNotSayEnough(
      String name, String adapter, boolean toMeasure, boolean toDecode) {
    Method method = Cohort.method(name, List.of(3), Map.of("method.adapter", adapter));
    Cohort cohort = Cohort.of(method, 29, List.of(3, 3));
    for (boolean measures : List.of(true, false)) {
      RoundAggregation round =
          RoundAggregation.start(
              method, cohort.reference(), cohort.encoding(), cohort.seed(), measures, Scratch.HEAP);
      boolean again = measures ? toMeasure : toDecode;
      assertThat(round.readsAgain()).isEqualTo(again);
      List<Integer> readAgain = new ArrayList<>();
      cohort.updates().forEach(update -> round.add(Cohort.heard(update, readAgain::add)));
      readAgain.clear();
      assertThat(round.finish().clients()).isEqualTo(2);
      assertThat(readAgain.isEmpty()).isEqualTo(!again);
    }
  }

  @Test
  void anUpdateThatCannotBeReadAgainFailsTheRound() {
    Cohort cohort = Cohort.of("median", 30, 2, 2);
    RoundAggregation round =
        RoundAggregation.start(
            cohort.method(),
            cohort.reference(),
            cohort.encoding(),
            cohort.seed(),
            false,
            Scratch.HEAP);
    boolean[] gone = {false};
    cohort
        .updates()
        .forEach(
            update ->
                round.add(
                    Cohort.heard(
                        update,
                        size -> {
                          if (gone[0]) {
                            throw new WeftException(Problem.BAD_ARTIFACT, "update: is gone");
                          }
                        })));
    gone[0] = true;
    assertThatThrownBy(round::finish)
        .isInstanceOf(WeftException.class)
        .hasMessage("update: is gone");
  }

  @Test
  void aRoundWithoutUpdatesHasNoResult() {
    Cohort cohort = Cohort.of("flora", 25, 2);
    RoundAggregation round =
        RoundAggregation.start(
            cohort.method(),
            cohort.reference(),
            cohort.encoding(),
            cohort.seed(),
            true,
            Scratch.HEAP);
    assertThatThrownBy(round::finish).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @MethodSource("cards")
  void secondRoundStartsFromTheFirst(MethodCard card) {
    Cohort first = Cohort.of(card.name(), 26, 2, 2, 2);
    GlobalState afterOne = first.aggregate().next();
    Cohort drawn = Cohort.of(first.method(), 27, List.of(2, 2));
    List<Cohort.Client> clients =
        drawn.clients().stream()
            .map(
                client ->
                    new Cohort.Client(
                        client.name(),
                        client.examples(),
                        afterOne.adapter().with(client.local().trained())))
            .toList();
    Cohort second = new Cohort(first.method(), afterOne, clients, drawn.seed());

    RoundResult result = second.aggregate();

    assertThat(result.next().round()).isEqualTo(2);
    assertThat(result.next().sideDeltas())
        .startsWith(afterOne.sideDeltas().toArray(SideDelta[]::new));
    if (card.ownExactness() == Exactness.EXACT
        || card.ownExactness() == Exactness.EXACT_FOR_EQUAL_RANKS) {
      List<Dense> ideal = new ArrayList<>(Dense.ideal(second));
      List<Dense> base = Dense.change(logOf(afterOne));
      for (int i = 0; i < ideal.size(); i++) {
        ideal.set(i, ideal.get(i).plus(1, base.get(i)));
      }
      assertThat(Dense.distance(Dense.change(result.next()), ideal)).isLessThan(1e-6);
    }
  }

  /** The state with its side deltas alone. */
  private static GlobalState logOf(GlobalState state) {
    return new GlobalState(
        state.round(),
        Adapter.zeros(state.adapter().form(), state.adapter().target()),
        state.origins(),
        state.sideDeltas(),
        state.serverState());
  }

  @Test
  void serverMemoryTravelsFromRoundToRound() {
    Cohort first =
        Cohort.of("ffa-lora", 28, 2, 2)
            .with(
                Cohort.method(
                    "ffa-lora", List.of(2), Map.of("method.server.optimizer", "fedavgm")));
    GlobalState afterOne = first.aggregate().next();
    assertThat(afterOne.serverState().names())
        .contains("velocity/classifier.weight", "velocity/layer.0.query.lora_B");
    Cohort second = new Cohort(first.method(), afterOne, first.clients(), first.seed());
    assertThat(second.aggregate().next().serverState()).isNotEqualTo(afterOne.serverState());
  }
}
