package dev.weft.privacy.secagg.play;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.Text;
import dev.weft.privacy.secagg.Terms;
import dev.weft.privacy.secagg.coordinator.Failed;
import dev.weft.privacy.secagg.coordinator.Unmasked;
import dev.weft.privacy.secagg.graph.Neighbours;
import dev.weft.privacy.secagg.message.UnmaskShares;
import dev.weft.privacy.secagg.message.UnmaskShares.Kind;
import dev.weft.privacy.secagg.primitive.Suite;
import dev.weft.privacy.secagg.primitive.Suites;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A hundred sites in a storm: delays, repetitions, reorderings, losses, and every other time a
 * coordinator that lies.
 *
 * <p>{@code -Dweft.secagg.schedules=10000 -Dweft.secagg.seed=1} plays that many from that seed on;
 * {@code -Dweft.secagg.schedules=1 -Dweft.secagg.seed=N} replays one. {@code
 * -Dweft.secagg.real-schedules} is the number with real primitives.
 */
class SchedulesTest {
  private static final int SITES = 100;

  /** In so many schedules both ends come up, but for a chance below one in a thousand. */
  private static final int LIKELY = 24;

  private static final int PROGRESS = 250;

  private int sums;
  private int refusals;

  @Test
  void everyScheduleEndsInTheExactSumOrARefusal() {
    play(Cast.CHEAP, Integer.getInteger("weft.secagg.schedules", LIKELY));
  }

  @Test
  void soDoesItWithRealPrimitives() {
    play(Suites.FS1, Integer.getInteger("weft.secagg.real-schedules", 1));
  }

  private void play(Suite suite, int schedules) {
    long first = Long.getLong("weft.secagg.seed", new Random().nextInt(1 << 30));
    System.out.println(
        Text.format(
            "schedules with %s from -Dweft.secagg.seed=%d on: %d", suite.name(), first, schedules));
    for (long seed = first; seed < first + schedules; seed++) {
      play(suite, seed);
      if ((seed - first + 1) % PROGRESS == 0) {
        System.out.println(
            Text.format("%d so far: %d sums, %d refusals", seed - first + 1, sums, refusals));
      }
    }
    System.out.println(Text.format("%d ended in a sum, %d in a refusal", sums, refusals));
    if (schedules >= LIKELY) {
      assertThat(sums).isBetween(schedules / 5, schedules - schedules / 20);
    }
  }

  private void play(Suite suite, long seed) {
    Random random = new Random(seed);
    Neighbours neighbours =
        switch (random.nextInt(3)) {
          case 0 -> new Neighbours.Automatic();
          case 1 -> new Neighbours.Full();
          default -> new Neighbours.Exactly(2 * (6 + random.nextInt(20)));
        };
    Terms terms = Cast.terms(suite, neighbours, 5, 1 + random.nextInt(62), 1 + random.nextInt(9));
    Cast cast = Cast.of(suite, terms, SITES, seed);
    Play play = Play.of(cast, new Storm(seed, random.nextBoolean()));
    String which = Text.format("-Dweft.secagg.seed=%d: %s", seed, play.failure());
    if (play.coordinator() instanceof Unmasked unmasked) {
      sums++;
      assertThat(unmasked.survivors()).as(which).hasSizeGreaterThanOrEqualTo(5);
      assertThat(play.sum()).as(which).contains(cast.sum(unmasked.survivors()));
    } else {
      refusals++;
      assertThat(play.coordinator()).as(which).isInstanceOf(Failed.class);
    }
    Both.neverSent(play);
    neverEnoughOfBoth(play, which);
  }

  /** Not even from different holders do enough shares of both secrets of a site come together. */
  private static void neverEnoughOfBoth(Play play, String which) {
    Map<Integer, Map<Kind, Integer>> revealed = new HashMap<>();
    int threshold = play.threshold();
    play.revealed.stream()
        .distinct()
        .flatMap(answer -> answer.shares().stream())
        .forEach(
            (UnmaskShares.Revealed share) ->
                revealed
                    .computeIfAbsent(share.of(), site -> new HashMap<>())
                    .merge(share.kind(), 1, Integer::sum));
    revealed.forEach(
        (site, kinds) ->
            assertThat(
                    Optional.ofNullable(kinds.get(Kind.OWN_MASK)).orElse(0) >= threshold
                        && Optional.ofNullable(kinds.get(Kind.PAIR_MASKS)).orElse(0) >= threshold)
                .as("%s: site %d", which, site)
                .isFalse());
  }
}
