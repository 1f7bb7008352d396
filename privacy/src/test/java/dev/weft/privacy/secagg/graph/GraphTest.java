package dev.weft.privacy.secagg.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.privacy.secagg.primitive.Secret;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class GraphTest {

  @Property(tries = 200)
  void everyOneHasItsNeighboursAndIsTheirs(
      @ForAll @IntRange(min = 2, max = 60) int sites,
      @ForAll @IntRange(min = 1, max = 20) int half,
      @ForAll @Size(32) byte[] seed) {
    int neighbours = Math.min(2 * half, sites - 1);
    Graph graph = Graph.of(new Plan(sites, neighbours, 2), Secret.owning(seed));
    for (int one = 1; one <= sites; one++) {
      assertThat(graph.neighbours(one).size()).isEqualTo(neighbours);
      assertThat(graph.neighbours(one).contains(one)).isFalse();
      assertThat(graph.holders(one)).isEqualTo(with(graph.neighbours(one), one));
      for (int other = 1; other <= sites; other++) {
        assertThat(graph.neighbours(one).contains(other))
            .isEqualTo(graph.neighbours(other).contains(one))
            .isEqualTo(graph.areNeighbours(one, other));
      }
    }
  }

  private static IndexSet with(IndexSet others, int one) {
    return IndexSet.of(IntStream.concat(others.stream(), IntStream.of(one)));
  }

  @Test
  void aRingOfTwoNeighboursIsOneRing() {
    Graph graph = Graph.of(new Plan(9, 2, 2), Secret.owning(new byte[32]));
    int last = 0;
    int here = 1;
    int steps = 0;
    do {
      int before = last;
      int next = graph.neighbours(here).stream().filter(i -> i != before).findFirst().orElseThrow();
      last = here;
      here = next;
      steps++;
    } while (here != 1);
    assertThat(steps).isEqualTo(9);
  }

  @Test
  void theOrderIsThatOfTheSeedOnEveryMachine() {
    byte[] seed = new byte[32];
    assertThat(Shuffle.of(8, seed)).containsExactly(SHUFFLED);
    seed[31] = 1;
    assertThat(Shuffle.of(8, seed)).isNotEqualTo(SHUFFLED);
  }

  /** By another implementation, in Python. */
  private static final int[] SHUFFLED = {4, 5, 2, 7, 1, 8, 3, 6};

  /** All 24 orders of four, each within five standard deviations: a false alarm in 10^5 runs. */
  @Test
  void allOrdersAreAsLikely() {
    Map<String, Integer> counts = new HashMap<>();
    int draws = 24_000;
    for (int i = 0; i < draws; i++) {
      byte[] seed = ByteBuffer.allocate(32).putInt(i).array();
      counts.merge(Arrays.toString(Shuffle.of(4, seed)), 1, Integer::sum);
    }
    assertThat(counts).hasSize(24);
    assertThat(counts.values()).allMatch(count -> Math.abs(count - 1000) < 5 * Math.sqrt(1000));
  }

  @Test
  void indicesAscend() {
    assertThatThrownBy(() -> IndexSet.of(1, 1)).hasMessageContaining("got 1 after 1");
    assertThatThrownBy(() -> IndexSet.of(0)).hasMessageContaining("got 0 after 0");
    IndexSet some = IndexSet.of(2, 3, 5);
    assertThat(some.and(IndexSet.of(3, 4, 5))).isEqualTo(IndexSet.of(3, 5));
    assertThat(some.without(IndexSet.of(3, 4, 5))).isEqualTo(IndexSet.of(2));
    assertThat(some.common(IndexSet.of(3, 4, 5))).isEqualTo(2);
    assertThat(some.containsAll(IndexSet.of(2, 5))).isTrue();
    assertThat(some.containsAll(IndexSet.of(2, 4))).isFalse();
    assertThat(some.contains(-1)).isFalse();
    assertThat(IndexSet.of(some.and(IndexSet.of(3, 5)).stream())).isEqualTo(IndexSet.of(3, 5));
    assertThat(some.and(IndexSet.of(5)).contains(3)).isFalse();
  }
}
