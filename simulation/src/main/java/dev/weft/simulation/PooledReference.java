package dev.weft.simulation;

import dev.weft.core.adapter.GlobalState;
import dev.weft.core.config.TrainingConfig;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.metrics.Evaluation;
import dev.weft.finetune.training.TrainingJob;
import dev.weft.finetune.training.TrainingListener;
import dev.weft.finetune.training.TrainingResult;
import java.util.Optional;

/**
 * The centralized reference: the same adapter from the same start, trained by one party on all
 * clients' data with the same budget, that is as many examples as all clients together process in
 * all rounds. What a federated run is measured against; impossible where data may not be pooled.
 */
final class PooledReference {
  private final Workbench bench;
  private final Start start;

  PooledReference(Workbench bench, Start start) {
    this.bench = bench;
    this.start = start;
  }

  /**
   * Trains on the calling thread and evaluates.
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
                    start.method().objective(),
                    budget(start.config(), bench.clients().size(), bench.pooled().size()),
                    bench.pooled(),
                    bench.seed().of("pooled"),
                    1),
                listener,
                Threads.parallelism(start.config()));
    return bench
        .model()
        .evaluate(
            initial.adapter().with(result.trained()),
            initial.sideDeltas(),
            bench.test(),
            Threads.parallelism(start.config()));
  }

  /**
   * As many steps as the clients of all cohorts take together; where these train whole epochs, as
   * many as their share of the data fills, on average over the draws of cohorts.
   */
  static TrainingConfig budget(WeftConfig config, int clients, int examples) {
    TrainingConfig local = config.training();
    double trainings = (double) config.run().rounds() * config.round().cohortSize(clients);
    double stepsOfAnEpoch = Math.ceil((double) examples / local.batchSize());
    double steps =
        local
            .localSteps()
            .map(each -> trainings * each)
            .orElse(trainings * local.localEpochs() * stepsOfAnEpoch / clients);
    return new TrainingConfig(
        local.localEpochs(),
        Optional.of((int) Math.ceil(steps)),
        local.batchSize(),
        local.learningRate(),
        local.headLearningRate(),
        local.weightDecay());
  }
}
