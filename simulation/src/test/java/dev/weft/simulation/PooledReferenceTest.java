package dev.weft.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.config.WeftConfig;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.metrics.Evaluation;
import dev.weft.federation.Start;
import dev.weft.finetune.training.TrainingListener;
import org.junit.jupiter.api.Test;

/** One party alone goes through as many examples as all clients of all rounds. */
class PooledReferenceTest {
  private static final int CLIENTS = 8;
  private static final int EXAMPLES = 1000;

  @Test
  void examplesAreThoseOfAllClientsInAllRounds() {
    assertThat(examples("training.local-steps=28", "run.rounds=5")).isEqualTo(28 * 5 * 8 * 32);
  }

  @Test
  void examplesOfClientsThatARoundDoesNotAskAreNotCounted() {
    assertThat(examples("training.local-steps=28", "run.rounds=5", "round.fraction=0.25"))
        .isEqualTo(28 * 5 * 2 * 32);
  }

  /** 3 * 5 * 1000 examples, up to whole steps of 64. */
  @Test
  void wholeEpochsOfAllClientsAreWholeEpochsOfThePool() {
    assertThat(examples("training.local-epochs=3", "run.rounds=5")).isEqualTo(235 * 64);
  }

  @Test
  void epochsOfHalfTheClientsAreHalfAsMany() {
    assertThat(examples("training.local-epochs=3", "run.rounds=5", "round.fraction=0.5"))
        .isEqualTo(118 * 64);
  }

  @Test
  void theCohortIsAsLargeAsARoundMakesIt() {
    assertThat(
            examples(
                "training.local-steps=1",
                "run.rounds=1",
                "round.fraction=0.1",
                "round.min-clients=4"))
        .isEqualTo(4 * 32);
  }

  @Test
  void aStepFeedsSeveralThreadsAndThereAreNoFewerThanAClientTakes() {
    assertThat(budget("training.batch-size=16").batchSize()).isEqualTo(64);
    assertThat(budget("training.batch-size=100").batchSize()).isEqualTo(100);
    assertThat(budget("training.batch-size=3", "training.local-steps=7"))
        .satisfies(
            training -> {
              assertThat(training.batchSize()).isEqualTo(3 * CLIENTS);
              assertThat(training.steps()).contains(7 * 2);
            });
  }

  @Test
  void theLearningRateIsNeverAboveTheAdaptersOwn() {
    assertThat(budget("training.learning-rate=1").learningRate()).isEqualTo(0.01);
    assertThat(budget("training.learning-rate=0.001").learningRate()).isEqualTo(0.001);
    assertThat(budget().learningRate()).isEqualTo(0.01);
  }

  /** With unlike clients and a rate at which one party, left to it for long, would diverge. */
  @Test
  void onePartyWithAllDataDoesNoWorseThanItsClients() {
    WeftConfig config =
        Tiny.config(
            "engine.precision=float32",
            "data.train-examples=400",
            "data.test-examples=200",
            "simulation.partition.alpha=0.1",
            "method.name=flora",
            "method.rank=8",
            "training.local-epochs=2",
            "run.rounds=3");
    try (Workbench bench = Workbench.open(config)) {
      Start start = Start.of(bench, config);
      Evaluation federated = Tiny.run(bench, config).rounds().get(2).evaluation().orElseThrow();
      Evaluation pooled = new PooledReference(bench, start).run(TrainingListener.NONE);

      assertThat(pooled.loss()).isLessThan(federated.loss());
    }
  }

  private static int examples(String... changes) {
    LocalTraining training = budget(changes);
    return training.steps().orElseThrow() * training.batchSize();
  }

  private static LocalTraining budget(String... changes) {
    String[] settings = new String[changes.length + 1];
    settings[0] = "training.batch-size=32";
    System.arraycopy(changes, 0, settings, 1, changes.length);
    return PooledReference.budget(Tiny.config(settings), 0.01, CLIENTS, EXAMPLES);
  }
}
