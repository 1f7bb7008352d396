package dev.weft.privacy.secagg.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.WeftException;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanTest {
  private static final Neighbours AUTOMATIC = new Neighbours.Automatic();
  private static final Neighbours FULL = new Neighbours.Full();

  /** graph_parameter_finder_test.cc, as privacy.md 1.6 lists it. */
  @ParameterizedTest
  @CsvSource({
    "100,450,450,CURIOUS,92,46",
    "1000,450,450,CURIOUS,822,417",
    "10,330,330,CURIOUS,8,4",
    "100,330,330,CURIOUS,68,34",
    "1000,330,330,CURIOUS,286,150",
    "10000,330,330,CURIOUS,422,221",
    "100,300,300,SEMI_MALICIOUS,92,62",
    "1000,300,300,SEMI_MALICIOUS,872,584",
    "10,50,330,CURIOUS,4,2",
    "100,50,330,CURIOUS,28,6",
    "1000,50,330,CURIOUS,72,24",
    "10,50,330,SEMI_MALICIOUS,8,5",
    "100,50,330,SEMI_MALICIOUS,72,39",
    "1000,50,330,SEMI_MALICIOUS,398,223",
    "100,330,50,CURIOUS,34,29",
    "1000,330,50,CURIOUS,78,60",
    "100,330,50,SEMI_MALICIOUS,42,37",
    "1000,330,50,SEMI_MALICIOUS,132,109",
    "1000,50,50,CURIOUS,30,17",
    "1000,50,50,SEMI_MALICIOUS,52,37"
  })
  void findsTheDegreesOfTheReference(
      int sites, int colluding, int dropouts, Adversary adversary, int neighbours, int threshold) {
    assertThat(new DegreeFinder(sites, new Threat(adversary, colluding, dropouts)).fewest())
        .contains(new DegreeFinder.Found(neighbours, threshold));
  }

  /** The table of privacy.md 1.6 for three tenths lost. */
  @ParameterizedTest
  @CsvSource({
    "CURIOUS,100,'6,2 14,4 24,7 38,13 60,24 76,31 88,36 98,40 104,42'",
    "SEMI_MALICIOUS,100,'10,6 22,13 46,27 90,52 158,92 276,164 416,248 554,331 674,403'",
    "SEMI_MALICIOUS,50,'10,6 20,11 42,23 82,45 134,74 214,120 314,179 394,225 458,262'"
  })
  void findsTheDegreesOfOurTable(Adversary adversary, int colluding, String row) {
    List<String> found =
        IntStream.rangeClosed(4, 12)
            .mapToObj(
                power ->
                    new DegreeFinder(1 << power, new Threat(adversary, colluding, 300))
                        .fewest()
                        .orElseThrow())
            .map(one -> one.neighbours() + "," + one.threshold())
            .toList();
    assertThat(String.join(" ", found)).isEqualTo(row);
  }

  @Test
  void aSmallCohortSharesWithAll() {
    for (int sites = 2; sites <= 64; sites++) {
      Plan plan = Plan.of(sites, AUTOMATIC, Threat.DEFAULT);
      assertThat(plan.isFull()).isTrue();
      assertThat(plan.threshold()).isEqualTo((int) Math.floor(0.55 * sites) + 1);
      assertThat(plan.tolerated()).isEqualTo(sites - plan.threshold());
    }
    Plan larger = Plan.of(65, AUTOMATIC, Threat.DEFAULT);
    assertThat(larger.isFull()).isFalse();
    assertThat(Plan.of(65, FULL, Threat.DEFAULT)).isEqualTo(new Plan(65, 64, 36));
    assertThat(Plan.of(128, AUTOMATIC, Threat.DEFAULT)).isEqualTo(new Plan(128, 90, 52));
  }

  /** With real numbers instead of whole sites, these two would have no threshold, and no others. */
  @Test
  void cohortsOfTwoAndFourHaveAThresholdOnlyBecauseSitesAreWhole() {
    List<Integer> without =
        IntStream.rangeClosed(2, 200)
            .filter(sites -> 10 * Plan.of(sites, FULL, Threat.DEFAULT).threshold() > 7 * sites)
            .boxed()
            .toList();
    assertThat(without).containsExactly(2, 4);
    assertThat(Plan.of(2, FULL, Threat.DEFAULT)).isEqualTo(new Plan(2, 1, 2));
    assertThat(Plan.of(4, FULL, Threat.DEFAULT)).isEqualTo(new Plan(4, 3, 3));
    assertThat(Plan.of(2, FULL, Threat.DEFAULT).tolerated()).isZero();
    assertThat(Plan.of(4, FULL, Threat.DEFAULT).tolerated()).isOne();
  }

  @Property
  void aFullGraphKeepsWhatTheThreatAsksFor(
      @ForAll @IntRange(min = 2, max = 300) int sites,
      @ForAll @IntRange(max = 400) int colluding,
      @ForAll @IntRange(max = 400) int dropouts,
      @ForAll Adversary adversary) {
    int inLeague = colluding * sites / 1000;
    int lost = dropouts * sites / 1000;
    int least = adversary == Adversary.CURIOUS ? inLeague + 1 : (sites + inLeague) / 2 + 1;
    Threat threat = new Threat(adversary, colluding, dropouts);
    if (Math.max(least, 2) > sites - lost) {
      assertThatThrownBy(() -> Plan.of(sites, FULL, threat))
          .isInstanceOf(WeftException.class)
          .hasMessageContaining("among " + sites + " sites");
    } else {
      assertThat(Plan.of(sites, FULL, threat).threshold()).isEqualTo(Math.max(least, 2));
    }
  }

  @Test
  void whoSetsNeighboursHasTheRuleOfAFullGraphAroundEachSite() {
    assertThat(Plan.of(100, new Neighbours.Exactly(12), Threat.DEFAULT))
        .isEqualTo(new Plan(100, 12, 8));
    assertThat(Plan.of(12, new Neighbours.Exactly(12), Threat.DEFAULT))
        .isEqualTo(Plan.of(12, FULL, Threat.DEFAULT));
    assertThat(Plan.of(13, new Neighbours.Exactly(12), Threat.DEFAULT).isFull()).isTrue();
    assertThat(Plan.of(14, new Neighbours.Exactly(12), Threat.DEFAULT).isFull()).isFalse();
  }

  /** Where no sparse graph is safe, the full one is taken, if there is a threshold for it. */
  @Test
  void aLargeCohortMayNeedAll() {
    Threat hard = new Threat(Adversary.SEMI_MALICIOUS, 330, 330);
    assertThat(new DegreeFinder(70, hard).fewest()).isEmpty();
    assertThat(Plan.of(70, AUTOMATIC, hard)).isEqualTo(new Plan(70, 69, 47));
  }

  @Test
  void refusalsSayWhichNumberToChange() {
    assertThatThrownBy(() -> Plan.of(10, FULL, new Threat(Adversary.SEMI_MALICIOUS, 330, 450)))
        .isInstanceOf(WeftException.class)
        .hasMessage(
            "a secure sum among 10 sites would need shares of 7 of them, of which only 6 are sure"
                + " to last; allow fewer than 450 of 1000 thousandths to drop out, or fewer than"
                + " 330 to be in league with the coordinator");
    for (int sites : new int[] {0, 1, 10_001}) {
      assertThatThrownBy(() -> Plan.of(sites, FULL, Threat.DEFAULT))
          .isInstanceOf(WeftException.class)
          .hasMessage("a secure sum is of 2 to 10000 sites and not of " + sites);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1000})
  void sharesOfAThreatAreThousandths(int share) {
    assertThatThrownBy(() -> new Threat(Adversary.CURIOUS, share, 0))
        .hasMessage("colluding: must be 0 to 999 thousandths, got " + share);
    assertThatThrownBy(() -> new Threat(Adversary.CURIOUS, 0, share))
        .hasMessage("dropouts: must be 0 to 999 thousandths, got " + share);
  }

  @ParameterizedTest
  @ValueSource(ints = {-2, 0, 1, 3})
  void neighboursAreEven(int number) {
    assertThatThrownBy(() -> new Neighbours.Exactly(number))
        .hasMessage("neighbours: must be an even number from 2 on, got " + number);
  }
}
