package dev.weft.simulation;

import dev.weft.core.adapter.GlobalState;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.method.LearningRateSchedule;
import dev.weft.core.method.LocalRound;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.metrics.Evaluation;
import dev.weft.federation.Start;
import dev.weft.finetune.training.TrainingJob;
import dev.weft.finetune.training.TrainingListener;
import dev.weft.finetune.training.TrainingResult;
import java.util.Optional;

/**
 * The centralized reference: the same adapter from the same start, trained by one party on all
 * clients' data with the same budget, that is as many examples as all clients together process in
 * all rounds. What a federated run is measured against; impossible where data may not be pooled.
 *
 * <p>It is as good as this budget allows one party, so that the distance is what federation costs:
 * its learning rate rises and falls over its own steps, whatever the clients' does, because nothing
 * averages the noise of its last steps away, and it is the adapter's own where the clients' is
 * larger. What keeps clients near each other, FedProx, is not for one party.
 */
final class PooledReference {
  private static final LearningRateSchedule SCHEDULE =
      new LearningRateSchedule(LearningRateSchedule.Shape.LINEAR, 0.05);

  private static final int EXAMPLES = 64;

  private final Workbench bench;
  private final Start start;

  PooledReference(Workbench bench, Start start) {
    this.bench = bench;
    this.start = start;
  }

  /**
   * Trains on as many threads as the clients do and evaluates.
   *
   * @throws dev.weft.finetune.training.TrainingCancelledException when the listener says so
   */
  Evaluation run(TrainingListener listener) {
    GlobalState initial = start.initial();
    TrainingResult result =
        bench
            .model()
            .trainAlone(
                new TrainingJob(
                    initial.adapter(),
                    initial.sideDeltas(),
                    LocalRound.only(
                        budget(
                            start.config(),
                            start.ownLearningRate(),
                            bench.clients().size(),
                            bench.trainExamples())),
                    bench.pooled(),
                    bench.seed().of("pooled")),
                listener,
                bench.memory().workers());
    return bench
        .model()
        .evaluate(
            initial.adapter().with(result.trained()),
            initial.sideDeltas(),
            bench.test(),
            bench.memory().workers());
  }

  /**
   * As many examples as the clients of all cohorts process together; where these train whole
   * epochs, their share of the data as often, on average over the draws of cohorts. A step takes
   * {@value #EXAMPLES} of them, which several threads share, but no more than the steps of a whole
   * cohort do, so that there are no fewer steps than each client takes.
   *
   * @param ownLearningRate the adapter's
   */
  static LocalTraining budget(
      WeftConfig config, double ownLearningRate, int clients, int pooledExamples) {
    LocalTraining local = config.training().with(ownLearningRate);
    int cohort = config.round().cohortSize(clients);
    double trainings = (double) config.run().rounds() * cohort;
    double examples =
        local
            .steps()
            .map(steps -> trainings * steps * local.batchSize())
            .orElse(trainings * local.epochs() * pooledExamples / clients);
    long ofCohort = (long) local.batchSize() * cohort;
    int batch = (int) Math.min(ofCohort, Math.max(local.batchSize(), EXAMPLES));
    return new LocalTraining(
        1,
        Optional.of((int) Math.ceil(examples / batch)),
        batch,
        Math.min(local.learningRate(), ownLearningRate),
        local.headLearningRate(),
        local.weightDecay(),
        SCHEDULE);
  }
}
