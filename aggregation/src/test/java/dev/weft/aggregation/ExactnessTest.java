package dev.weft.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.aggregation.method.Exactness;
import dev.weft.aggregation.method.MethodCard;
import dev.weft.aggregation.method.Methods;
import dev.weft.aggregation.method.MixedRanks;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The exactness that methods declare is the exactness they have. */
class ExactnessTest {
  private static final double EXACT = 1e-6;
  private static final double CLEARLY_NOT = 1e-2;

  static List<MethodCard> cards() {
    return Methods.cards();
  }

  @Provide
  Arbitrary<MethodCard> registered() {
    return Arbitraries.of(Methods.cards());
  }

  @Property(tries = 120)
  void measuredErrorIsThatOfTheDenseMatrices(
      @ForAll("registered") MethodCard card, @ForAll long seed) {
    Cohort cohort = Cohort.of(card.name(), seed, 3, 3, 3);
    RoundResult result = cohort.aggregate();
    double dense = Dense.distance(Dense.change(result.next()), Dense.ideal(cohort));
    assertThat(result.aggregationError()).isCloseTo(dense, within(EXACT));
  }

  @ParameterizedTest
  @MethodSource("cards")
  void equalRanksAreExactIfAndOnlyIfDeclared(MethodCard card) {
    double error = Cohort.of(card.name(), 11, 3, 3, 3, 3).aggregate().aggregationError();
    if (card.ownExactness() == Exactness.EXACT
        || card.ownExactness() == Exactness.EXACT_FOR_EQUAL_RANKS) {
      assertThat(error).isLessThan(EXACT);
    } else {
      assertThat(error).isGreaterThan(CLEARLY_NOT);
    }
  }

  @ParameterizedTest
  @MethodSource("cards")
  void mixedRanksAreExactIfAndOnlyIfDeclared(MethodCard card) {
    if (card.mixedRanks() == MixedRanks.REFUSED) {
      return;
    }
    double error = Cohort.of(card.name(), 12, 4, 2, 1, 3).aggregate().aggregationError();
    if (card.ownExactness() == Exactness.EXACT) {
      assertThat(error).isLessThan(EXACT);
    } else {
      assertThat(error).isGreaterThan(CLEARLY_NOT);
    }
  }

  @ParameterizedTest
  @MethodSource("cards")
  void oneClientIsReproducedByEveryMethod(MethodCard card) {
    Cohort cohort = Cohort.of(card.name(), 13, 3);
    RoundResult result = cohort.aggregate();
    assertThat(result.aggregationError()).isLessThan(EXACT);
    assertThat(Dense.distance(Dense.change(result.next()), Dense.ideal(cohort))).isLessThan(EXACT);
  }
}
