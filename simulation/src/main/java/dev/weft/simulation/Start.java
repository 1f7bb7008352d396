package dev.weft.simulation;

import dev.weft.aggregation.method.Methods;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.method.Method;
import dev.weft.core.update.FixedPoint;
import dev.weft.core.update.UpdateEncoding;

/**
 * Where training starts, federated or pooled.
 *
 * @param config of this method's run
 * @param initial the method's state before the first round
 */
record Start(WeftConfig config, Method method, GlobalState initial) {

  static Start of(Workbench bench, WeftConfig config) {
    Method method = Methods.resolve(config.method());
    return new Start(config, method, bench.initialState(method));
  }

  /** What clients do in every round. */
  LocalTraining training() {
    return config.training().with(ownLearningRate());
  }

  /** How updates become integers, agreed for the largest sum that a round can have. */
  UpdateEncoding encoding(Workbench bench) {
    long mostExamples = config.round().mostExamples(bench.largestClient());
    FixedPoint fitting = FixedPoint.fitting(mostExamples, training().reach(bench.largestClient()));
    return new UpdateEncoding(
        new FixedPoint(
            config.update().fractionBits().orElse(fitting.fractionBits()),
            config.update().range().orElse(fitting.range())),
        mostExamples,
        config.round().cohortSize(bench.clients().size()));
  }

  /** The learning rate that the adapter brings. */
  double ownLearningRate() {
    return Methods.adapter(config.method()).learningRate();
  }
}
