package dev.weft.simulation;

import dev.weft.aggregation.method.Methods;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.method.Method;

/**
 * Where training starts, federated or pooled.
 *
 * @param config of this method's run
 * @param initial the method's state before the first round
 */
record Start(WeftConfig config, Method method, GlobalState initial) {

  static Start of(Workbench bench, WeftConfig config) {
    Method method = Methods.resolve(config.method(), config.update());
    return new Start(config, method, bench.initialState(method));
  }

  /** What clients do in every round. */
  LocalTraining training() {
    return config.training().with(ownLearningRate());
  }

  /** The learning rate that the adapter brings. */
  double ownLearningRate() {
    return Methods.adapter(config.method()).learningRate();
  }
}
