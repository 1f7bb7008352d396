package dev.weft.aggregation.method;

import dev.weft.aggregation.adapter.AdapterCard;
import dev.weft.aggregation.adapter.Adapters;
import dev.weft.aggregation.post.ServerOptimizer;
import dev.weft.core.Text;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.MethodConfig;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.Capability;
import dev.weft.core.method.LocalObjective;
import dev.weft.core.method.Method;
import dev.weft.core.registry.Named;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A federated method as it is registered: what one should know before choosing it, and its recipe.
 * Tables, refusals and wire sizes follow from these declarations.
 *
 * @param name the name users type
 * @param summary one line, without a full stop
 * @param paper where it comes from
 * @param adapter the method's own adapter
 * @param need what it asks of another one
 * @param exactness how the global change relates to the clients', by the adapter
 * @param mixedRanks what happens to clients of different ranks
 * @param downlink what a client fetches after a round
 * @param recipe the choices beyond LoRA's usual
 */
public record MethodCard(
    String name,
    String summary,
    String paper,
    AdapterCard adapter,
    AdapterNeed need,
    Function<AdapterForm, Exactness> exactness,
    MixedRanks mixedRanks,
    Downlink downlink,
    Recipe recipe)
    implements Named {

  /** The choices of a method that are more than data. */
  @FunctionalInterface
  public interface Recipe {
    Method.Builder choose(Method.Builder method, MethodConfig config);
  }

  /** One line with the paper. */
  public String describe() {
    return Text.format("%s (%s)", summary, paper);
  }

  /**
   * The method under these settings: a named adapter, its rank (the largest of {@code ranks}) and
   * its scale replace the card's, FedProx joins the objective, a server optimizer comes after the
   * method's own steps and what the adapter asks of the coordinator comes last.
   *
   * @throws WeftException if the settings do not go together
   */
  Method resolve(MethodConfig config) {
    AdapterCard chosen = chosen(config);
    refuseMixedRanks(config, chosen);
    Method.Builder builder =
        Method.named(name)
            .adapter(form(config, chosen))
            .init(chosen.init())
            .objective(new LocalObjective(config.proximalMu()));
    Method.Builder method = recipe.choose(builder, config);
    Optional<ServerOptimizer> optimizer = ServerOptimizer.of(config.server());
    if (optimizer.isPresent()) {
      refuseServerOptimizer(config, method.build());
      method.then(optimizer.get());
    }
    chosen.post().forEach(method::then);
    return method.build();
  }

  /** The adapter that the settings name, or its own. */
  AdapterCard chosen(MethodConfig config) {
    return config.adapter().map(Adapters::card).orElse(adapter);
  }

  /** Whether it can work with an adapter. */
  public boolean allows(AdapterCard other) {
    return need.trainable(other.ownForm()).isPresent();
  }

  /** How the global change relates to the clients' with the method's own adapter. */
  public Exactness ownExactness() {
    return exactness.apply(ownForm());
  }

  /** The method's own adapter at its own rank. */
  AdapterForm ownForm() {
    return need.trainable(adapter.ownForm()).orElseThrow();
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
    return resolve(defaults.method().withName(name));
  }

  private AdapterForm form(MethodConfig config, AdapterCard chosen) {
    AdapterForm form = chosen.form().apply(rank(config, chosen));
    return need.trainable(config.scale().map(Double::floatValue).map(form::withScale).orElse(form))
        .orElseThrow(() -> unfit(chosen));
  }

  private WeftException unfit(AdapterCard chosen) {
    return new WeftException(
        Problem.INVALID_COMBINATION,
        Text.format(
            "method.adapter: %s needs %s, which %s is not; choose one of auto, %s, or a method that"
                + " takes it: %s",
            name,
            need.phrase(),
            chosen.name(),
            String.join(", ", adapters()),
            String.join(", ", Methods.with(chosen))));
  }

  /** Names of the registered adapters it can work with. */
  List<String> adapters() {
    return Adapters.cards().stream().filter(this::allows).map(AdapterCard::name).toList();
  }

  private static int rank(MethodConfig config, AdapterCard chosen) {
    if (config.ranks().isEmpty()) {
      return config.rank().orElse(chosen.rank());
    }
    int largest = Collections.max(config.ranks());
    if (config.rank().isPresent() && config.rank().get() != largest) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          Text.format(
              "method.rank: %d contradicts method.ranks, whose largest is %d; leave method.rank at"
                  + " auto",
              config.rank().get(), largest));
    }
    return largest;
  }

  private void refuseMixedRanks(MethodConfig config, AdapterCard chosen) {
    List<Integer> distinct = config.ranks().stream().distinct().toList();
    if (distinct.size() > 1 && mixedRanks == MixedRanks.REFUSED) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          Text.format(
              "method.ranks: %s needs one rank for all clients, got %s; choose one, or a method"
                  + " that takes mixed ranks: %s",
              name, distinct, String.join(", ", Methods.withMixedRanks())));
    }
    if (distinct.size() > 1 && !chosen.init().nested()) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          Text.format(
              "method.ranks: the adapter %s cannot start at several ranks, got %s; choose one, or"
                  + " another method.adapter",
              chosen.name(), distinct));
    }
  }

  private void refuseServerOptimizer(MethodConfig config, Method method) {
    if (!allowsServerOptimizer(method)) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          Text.format(
              "method.server.optimizer: %s would break %s, which sums the clients' products; use"
                  + " none, or one of %s",
              config.server().optimizer().name().toLowerCase(Locale.ROOT),
              name,
              String.join(", ", Methods.withServerOptimizers())));
    }
  }
}
