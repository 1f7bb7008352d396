package dev.weft.federation;

import dev.weft.aggregation.method.Methods;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.config.MethodConfig;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.method.Method;
import dev.weft.core.random.Seed;
import dev.weft.core.registry.Origins;
import dev.weft.federation.report.LabelDistribution;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.MemoryBudget;
import dev.weft.finetune.party.HeldOutData;
import dev.weft.finetune.party.StartingPoint;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What runs stand on: the base model, held-out data, and who trains on how much. */
public interface Ground {

  BaseModel model();

  Seed seed();

  HeldOutData heldOut();

  StartingPoint startingPoint();

  /** How many examples each site trains on, by its name, in the order in which ranks are named. */
  Map<String, Integer> members();

  /** How many sites ranks are named for; some of them may turn out to have nothing to train on. */
  int named();

  /** How often a round is tried unless somebody chose. */
  int suitableAttempts();

  /** How this process's memory is divided. */
  MemoryBudget memory();

  /** One sentence for whatever of the model or the data is not as it should be. */
  List<String> warnings();

  /** Training examples per site and class, where this process knows them. */
  Optional<LabelDistribution> labels();

  /** Whether sites are asked to measure states on held-out examples of their own. */
  boolean asksSites();

  /** What of the data decides the results, as text by name. */
  Map<String, String> facts();

  /** Where those of its parts come from that are not Weft's own. */
  Origins origins();

  /** A configuration with what this ground decides of data and simulation in place. */
  WeftConfig resolved(WeftConfig config);

  default AdapterTarget target() {
    return startingPoint().target();
  }

  /**
   * The configured method for the adapted layers.
   *
   * @throws dev.weft.core.error.WeftException if the settings do not go together
   */
  default Method method(MethodConfig config) {
    return Methods.resolve(config, target());
  }

  /**
   * The method's state before the first round.
   *
   * @throws dev.weft.core.error.WeftException if the rank does not fit the adapted layers
   */
  default GlobalState initialState(Method method) {
    return startingPoint().initialState(method);
  }

  /** Training examples of the site that has most. */
  default int largest() {
    return members().values().stream().mapToInt(Integer::intValue).max().orElseThrow();
  }

  /** Training examples of the site that has fewest. */
  default int smallest() {
    return members().values().stream().mapToInt(Integer::intValue).min().orElseThrow();
  }

  /** Training examples of all sites. */
  default int trainExamples() {
    return members().values().stream().mapToInt(Integer::intValue).sum();
  }
}
