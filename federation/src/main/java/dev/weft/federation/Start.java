package dev.weft.federation;

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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where training starts, federated or pooled.
 *
 * @param config of this method's run
 * @param initial the method's state before the first round
 */
public record Start(WeftConfig config, Method method, GlobalState initial) {

  /**
   * @throws WeftException if the method does not fit the adapted layers or the clients
   */
  public static Start of(Ground ground, WeftConfig config) {
    requireRanks(ground, config);
    requireTakers(ground, config);
    Method method = ground.method(config.method());
    return new Start(config, method, ground.initialState(method));
  }

  private static void requireRanks(Ground ground, WeftConfig config) {
    int ranks = config.method().ranks().size();
    if (ranks > 0 && ranks != ground.named()) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          Text.format(
              "method.ranks: names %d ranks for %d clients; name one for each client, or set"
                  + " method.rank for all",
              ranks, ground.named()));
    }
  }

  /** A client with more examples than it may weigh in with takes no part. */
  private static void requireTakers(Ground ground, WeftConfig config) {
    long most = config.round().mostExamples(ground.largest());
    int taking = (int) ground.members().values().stream().filter(size -> size <= most).count();
    int needed = config.round().minClients();
    if (taking < needed && taking < ground.members().size()) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          Text.format(
              "round.max-examples: %d examples are no more than %d of %d clients have, and %d are"
                  + " needed; raise it to %d, or leave it at auto",
              most, taking, ground.members().size(), needed, ground.largest()));
    }
  }

  /** One sentence for each setting of this run that leads to what few will have meant. */
  public List<String> warnings(Ground ground) {
    return new Cautions(ground, this).sentences();
  }

  /** What clients do in every round. */
  public LocalTraining training() {
    return Methods.training(config);
  }

  /** How updates become integers, agreed for the largest sum that a round can have. */
  public UpdateEncoding encoding(Ground ground) {
    return config
        .update()
        .encoding(
            training(), mostExamples(ground), config.round().cohortSize(ground.members().size()));
  }

  /** What updates would be rounded to if nobody chose. */
  public FixedPoint fittingGrid(Ground ground) {
    return UpdateConfig.fitting(training(), mostExamples(ground));
  }

  /** What a client may claim, at most. */
  public long mostExamples(Ground ground) {
    return config.round().mostExamples(ground.largest());
  }

  /** The learning rate that the adapter brings. */
  public double ownLearningRate() {
    return Methods.adapter(config.method()).learningRate();
  }

  /** Where what the run is made of comes from, unless it is Weft's own, as it is listed. */
  Map<String, String> plugins(Ground ground) {
    Origins origins =
        Methods.origins(config.method()).and(ground.model().origins()).and(ground.origins());
    Map<String, String> listed = new TreeMap<>();
    origins.byName().forEach((name, origin) -> listed.put("plugin of " + name, origin));
    return listed;
  }
}
