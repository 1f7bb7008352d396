package dev.weft.simulation;

import dev.weft.core.adapter.GlobalState;
import dev.weft.core.config.TrainingConfig;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.metrics.Evaluation;
import dev.weft.finetune.training.TrainingJob;
import dev.weft.finetune.training.TrainingListener;
import dev.weft.finetune.training.TrainingResult;

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
                    budget(),
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

  private TrainingConfig budget() {
    WeftConfig config = start.config();
    TrainingConfig local = config.training();
    int rounds = config.run().rounds();
    int clients = config.round().cohortSize(bench.clients().size());
    return new TrainingConfig(
        local.localEpochs() * rounds,
        local.localSteps().map(steps -> steps * rounds * clients),
        local.batchSize(),
        local.learningRate(),
        local.headLearningRate(),
        local.weightDecay());
  }
}
