package dev.weft.simulation;

import dev.weft.aggregation.method.Methods;
import dev.weft.core.Text;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.config.UpdateConfig;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.method.Method;
import dev.weft.core.registry.Origins;
import dev.weft.core.update.FixedPoint;
import dev.weft.core.update.UpdateEncoding;
import dev.weft.finetune.data.DataSources;
import dev.weft.simulation.partition.Partitioners;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where training starts, federated or pooled.
 *
 * @param config of this method's run
 * @param initial the method's state before the first round
 */
record Start(WeftConfig config, Method method, GlobalState initial) {

  /**
   * @throws WeftException if the method does not fit the adapted layers or the clients
   */
  static Start of(Workbench bench, WeftConfig config) {
    requireRanks(bench, config);
    requireTakers(bench, config);
    Method method = bench.method(config.method());
    return new Start(config, method, bench.initialState(method));
  }

  private static void requireRanks(Workbench bench, WeftConfig config) {
    int ranks = config.method().ranks().size();
    if (ranks > 0 && ranks != bench.dealtClients()) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          Text.format(
              "method.ranks: names %d ranks for %d clients; name one for each client, or set"
                  + " method.rank for all",
              ranks, bench.dealtClients()));
    }
  }

  /** A client with more examples than it may weigh in with takes no part. */
  private static void requireTakers(Workbench bench, WeftConfig config) {
    long most = config.round().mostExamples(bench.largestClient());
    int taking = (int) bench.clients().values().stream().filter(set -> set.size() <= most).count();
    int needed = config.round().minClients();
    if (taking < needed && taking < bench.clients().size()) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          Text.format(
              "round.max-examples: %d examples are no more than %d of %d clients have, and %d are"
                  + " needed; raise it to %d, or leave it at auto",
              most, taking, bench.clients().size(), needed, bench.largestClient()));
    }
  }

  /** One sentence for each setting of this run that leads to what few will have meant. */
  List<String> warnings(Workbench bench) {
    return new Cautions(bench, this).sentences();
  }

  /** What clients do in every round. */
  LocalTraining training() {
    return Methods.training(config);
  }

  /** How updates become integers, agreed for the largest sum that a round can have. */
  UpdateEncoding encoding(Workbench bench) {
    return config
        .update()
        .encoding(
            training(), mostExamples(bench), config.round().cohortSize(bench.clients().size()));
  }

  /** What updates would be rounded to if nobody chose. */
  FixedPoint fittingGrid(Workbench bench) {
    return UpdateConfig.fitting(training(), mostExamples(bench));
  }

  /** What a client may claim, at most. */
  long mostExamples(Workbench bench) {
    return config.round().mostExamples(bench.largestClient());
  }

  /** The learning rate that the adapter brings. */
  double ownLearningRate() {
    return Methods.adapter(config.method()).learningRate();
  }

  /** Where what the run is made of comes from, unless it is Weft's own, as it is listed. */
  Map<String, String> plugins(Workbench bench) {
    Origins origins =
        Methods.origins(config.method())
            .and(bench.model().origins())
            .and(DataSources.origins(config.data()))
            .and(Partitioners.origins(bench.partitioner()));
    Map<String, String> listed = new TreeMap<>();
    origins.byName().forEach((name, origin) -> listed.put("plugin of " + name, origin));
    return listed;
  }
}
