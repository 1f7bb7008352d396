package dev.weft.aggregation.method;

import dev.weft.aggregation.post.ServerOptimizer;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.MethodConfig;
import dev.weft.core.config.UpdateConfig;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.Capability;
import dev.weft.core.method.LocalObjective;
import dev.weft.core.method.Method;
import dev.weft.core.update.FixedPoint;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A federated method as it is registered: what one should know before choosing it, and its recipe.
 * Tables, refusals and wire sizes follow from these declarations.
 *
 * @param name the name users type
 * @param summary one line, without a full stop
 * @param paper where it comes from
 * @param adapter the form with the method's own rank and scale
 * @param exactness how the global change relates to the clients'
 * @param mixedRanks what happens to clients of different ranks
 * @param downlink what a client fetches after a round
 * @param recipe the choices beyond LoRA's usual
 */
public record MethodCard(
    String name,
    String summary,
    String paper,
    ChainAdapter adapter,
    Exactness exactness,
    MixedRanks mixedRanks,
    Downlink downlink,
    Recipe recipe) {

  /** The choices of a method that are more than data. */
  @FunctionalInterface
  public interface Recipe {
    Method.Builder choose(Method.Builder method, MethodConfig config);
  }

  /**
   * The method under these settings: rank (the largest of {@code ranks}) and scale replace the
   * card's, FedProx joins the objective, a server optimizer comes last.
   *
   * @throws WeftException if the settings do not go together
   */
  Method resolve(MethodConfig config, UpdateConfig update) {
    refuseMixedRanks(config);
    Method.Builder builder =
        Method.named(name)
            .adapter(form(config))
            .objective(new LocalObjective(config.proximalMu()))
            .codec(new FixedPoint(update.fractionBits()));
    Method.Builder method = recipe.choose(builder, config);
    Optional<ServerOptimizer> optimizer = ServerOptimizer.of(config.server());
    if (optimizer.isPresent()) {
      refuseServerOptimizer(config, method.build());
      method.then(optimizer.get());
    }
    return method.build();
  }

  /**
   * A step on the factors' means is not one on their product: it depends on how each client splits
   * B·A, and what a product method adds up exactly would no longer be what the adapter says.
   */
  static boolean allowsServerOptimizer(Method method) {
    return method.aggregator().capability() == Capability.LINEAR;
  }

  /** The method with its own defaults, for what is derived from it. */
  Method byDefault() {
    WeftConfig defaults = ConfigLoader.load(Optional.empty(), Map.of());
    return resolve(defaults.method().withName(name), defaults.update());
  }

  private ChainAdapter form(MethodConfig config) {
    float scale = config.scale().map(Double::floatValue).orElse(adapter.scale());
    return new ChainAdapter(rank(config), adapter.core(), scale, adapter.trained());
  }

  private int rank(MethodConfig config) {
    if (config.ranks().isEmpty()) {
      return config.rank().orElse(adapter.rank());
    }
    int largest = Collections.max(config.ranks());
    if (config.rank().isPresent() && config.rank().get() != largest) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          "method.rank: %d contradicts method.ranks, whose largest is %d; leave method.rank at auto"
              .formatted(config.rank().get(), largest));
    }
    return largest;
  }

  private void refuseMixedRanks(MethodConfig config) {
    List<Integer> distinct = config.ranks().stream().distinct().toList();
    if (distinct.size() > 1 && mixedRanks == MixedRanks.REFUSED) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          "method.ranks: %s needs one rank for all clients, got %s; choose one, or a method that takes mixed ranks: %s"
              .formatted(name, distinct, String.join(", ", Methods.withMixedRanks())));
    }
  }

  private void refuseServerOptimizer(MethodConfig config, Method method) {
    if (!allowsServerOptimizer(method)) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          "method.server.optimizer: %s would break %s, which sums the clients' products; use none, or one of %s"
              .formatted(
                  config.server().optimizer().name().toLowerCase(Locale.ROOT),
                  name,
                  String.join(", ", Methods.withServerOptimizers())));
    }
  }
}
