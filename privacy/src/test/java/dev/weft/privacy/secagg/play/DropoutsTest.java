package dev.weft.privacy.secagg.play;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.Terms;
import dev.weft.privacy.secagg.coordinator.Unmasked;
import dev.weft.privacy.secagg.graph.Neighbours;
import dev.weft.privacy.secagg.graph.Plan;
import dev.weft.privacy.secagg.graph.Threat;
import dev.weft.privacy.secagg.message.SiteMessage;
import dev.weft.privacy.secagg.primitive.Suite;
import dev.weft.privacy.secagg.primitive.Suites;
import dev.weft.privacy.secagg.site.Answered;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever is lost, wherever: the exact sum of the survivors, or a refusal. */
class DropoutsTest {

  /** Each site is lost at each stage or not at all: 6^n sessions. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void everySiteAtEveryStage(int sites) {
    int sessions = (int) Math.pow(Stage.values().length + 1, sites);
    for (int number = 0; number < sessions; number++) {
      Map<NodeId, Stage> lost = new HashMap<>();
      int rest = number;
      for (int site = 1; site <= sites; site++, rest /= Stage.values().length + 1) {
        int stage = rest % (Stage.values().length + 1);
        if (stage > 0) {
          lost.put(Cast.node(site), Stage.ALL.get(stage - 1));
        }
      }
      play(Cast.CHEAP, sites, 2, lost);
    }
  }

  /** Every subset is lost at every stage, and again one stage after one more site. */
  @ParameterizedTest
  @ValueSource(ints = {5, 6})
  void everySubsetAtEveryStage(int sites) {
    for (int minSurvivors : new int[] {3, 5}) {
      for (Stage stage : Stage.values()) {
        for (int subset = 0; subset < 1 << sites; subset++) {
          play(Cast.CHEAP, sites, minSurvivors, lost(sites, subset, stage));
          Map<NodeId, Stage> earlier = lost(sites, subset, stage);
          earlier.put(Cast.node(1 + subset % sites), Stage.ALL.get(Stage.ALL.indexOf(stage) / 2));
          play(Cast.CHEAP, sites, minSurvivors, earlier);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"FS1", "FS1-CHACHA20", "FS1-PQ"})
  void everySubsetAtEveryStageWithRealPrimitives(String name) {
    Suite suite =
        Suites.all().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    for (Stage stage : Stage.values()) {
      for (int subset = 0; subset < 8; subset++) {
        play(suite, 3, 2, lost(3, subset, stage));
      }
      play(suite, 6, 3, lost(6, 0b100100, stage));
    }
  }

  private static Map<NodeId, Stage> lost(int sites, int subset, Stage stage) {
    Map<NodeId, Stage> lost = new HashMap<>();
    for (int site = 1; site <= sites; site++) {
      if ((subset >> (site - 1) & 1) == 1) {
        lost.put(Cast.node(site), stage);
      }
    }
    return lost;
  }

  private static void play(Suite suite, int sites, int minSurvivors, Map<NodeId, Stage> lost) {
    Terms terms = Cast.terms(suite, minSurvivors, 37, 5);
    Cast cast = Cast.of(suite, terms, sites, lost.hashCode());
    Play play =
        Play.of(
            cast,
            new Line() {
              @Override
              public List<byte[]> toCoordinator(NodeId from, SiteMessage message) {
                Stage end = lost.get(from);
                return end != null && Stage.of(message).compareTo(end) >= 0
                    ? List.of()
                    : List.of(message.encode());
              }
            });
    boolean enough = isEnough(cast, minSurvivors, lost);
    assertThat(play.coordinator() instanceof Unmasked)
        .as("%s lost: %s", lost, play.failure())
        .isEqualTo(enough);
    if (enough) {
      List<NodeId> survivors = past(cast, lost, Stage.INPUT).toList();
      Unmasked unmasked = (Unmasked) play.coordinator();
      assertThat(unmasked.survivors()).isEqualTo(survivors);
      assertThat(unmasked.suspects()).isEmpty();
      assertThat(play.sum()).as("%s lost", lost).contains(cast.sum(survivors));
      past(cast, lost, Stage.SIGN)
          .forEach(site -> assertThat(play.sites.get(site)).isInstanceOf(Answered.class));
    }
    Both.neverSent(play);
  }

  /** Those who get past a stage. */
  private static Stream<NodeId> past(Cast cast, Map<NodeId, Stage> lost, Stage stage) {
    return cast.sites().stream()
        .filter(site -> !lost.containsKey(site) || lost.get(site).compareTo(stage) > 0);
  }

  /** By the rules of privacy.md 1.4 for a full graph. */
  private static boolean isEnough(Cast cast, int minSurvivors, Map<NodeId, Stage> lost) {
    int in = (int) past(cast, lost, Stage.ADVERTISE).count();
    if (in < minSurvivors || in < 2) {
      return false;
    }
    int threshold = Plan.of(in, new Neighbours.Full(), Threat.DEFAULT).threshold();
    return past(cast, lost, Stage.INPUT).count() >= Math.max(minSurvivors, threshold)
        && past(cast, lost, Stage.UNMASK).count() >= threshold;
  }
}
