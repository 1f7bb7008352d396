package dev.weft.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** One party alone goes through as many examples as all clients of all rounds. */
class PooledReferenceTest {
  private static final int CLIENTS = 8;
  private static final int EXAMPLES = 1000;

  @Test
  void stepsAreThoseOfAllClientsInAllRounds() {
    assertThat(steps("training.local-steps=28", "run.rounds=5")).isEqualTo(28 * 5 * 8);
  }

  @Test
  void stepsOfClientsThatARoundDoesNotAskAreNotCounted() {
    assertThat(steps("training.local-steps=28", "run.rounds=5", "round.fraction=0.25"))
        .isEqualTo(28 * 5 * 2);
  }

  /** An epoch of 1000 examples in batches of 32 takes 32 steps. */
  @Test
  void wholeEpochsOfAllClientsAreWholeEpochsOfThePool() {
    assertThat(steps("training.local-epochs=3", "run.rounds=5")).isEqualTo(32 * 3 * 5);
  }

  @Test
  void epochsOfHalfTheClientsAreHalfAsMany() {
    assertThat(steps("training.local-epochs=3", "run.rounds=5", "round.fraction=0.5"))
        .isEqualTo(32 * 3 * 5 / 2);
  }

  /** 0.26 of 8 clients are 3, and these have 3 / 8 of 32 steps. */
  @Test
  void theCohortIsAsLargeAsARoundMakesIt() {
    assertThat(steps("training.local-epochs=1", "run.rounds=1", "round.fraction=0.26"))
        .isEqualTo(12);
    assertThat(steps("run.rounds=1", "round.fraction=0.1", "round.min-clients=4")).isEqualTo(16);
  }

  private static int steps(String... changes) {
    String[] settings = new String[changes.length + 1];
    settings[0] = "training.batch-size=32";
    System.arraycopy(changes, 0, settings, 1, changes.length);
    return PooledReference.budget(Tiny.config(settings), CLIENTS, EXAMPLES)
        .localSteps()
        .orElseThrow();
  }
}
