package dev.weft.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.Digest;
import dev.weft.core.state.StateManifest;
import dev.weft.federation.RunResult;
import dev.weft.federation.Start;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Same seed, same bits, whatever the arrival order or thread count. */
class DeterminismTest {
  private static Workbench bench;
  private static RunResult first;

  @BeforeAll
  static void runOnce() {
    bench = Workbench.open(Tiny.config());
    first = Tiny.run(bench, Tiny.config());
  }

  @AfterAll
  static void close() {
    bench.close();
  }

  @Test
  void theRunTrainsAndCommitsEveryRound() {
    assertThat(first.completed()).isTrue();
    assertThat(first.rounds()).hasSize(2);
    assertThat(first.digest())
        .isNotEqualTo(StateManifest.of(Start.of(bench, Tiny.config()).initial()).digest());
  }

  @Test
  void aFreshlyOpenedModelAndDataLeadToTheSameBits() {
    try (Workbench again = Workbench.open(Tiny.config())) {
      RunResult second = Tiny.run(again, Tiny.config());
      assertThat(second.digest()).isEqualTo(first.digest());
      assertThat(losses(second)).isEqualTo(losses(first));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void theNumberOfThreadsChangesNothing(int parallelism) {
    assertThat(Tiny.outcome(bench, Tiny.config("simulation.parallelism=" + parallelism)))
        .isEqualTo(first.digest());
  }

  @Test
  void theOrderInWhichClientsFinishChangesNothing() {
    assertThat(
            Tiny.outcome(
                bench,
                Tiny.config("simulation.faults.max-delay=300ms", "simulation.parallelism=3")))
        .isEqualTo(first.digest());
  }

  @Test
  void anotherSeedLeadsToOtherBits() {
    try (Workbench other = Workbench.open(Tiny.config("run.seed=8"))) {
      Digest digest = Tiny.outcome(other, Tiny.config("run.seed=8"));
      assertThat(digest).isNotEqualTo(first.digest());
    }
  }

  private static List<Double> losses(RunResult result) {
    return result.rounds().stream().map(round -> round.metrics().trainLoss()).toList();
  }
}
