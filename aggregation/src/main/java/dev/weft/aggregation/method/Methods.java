package dev.weft.aggregation.method;

import dev.weft.aggregation.adapter.AdapterCard;
import dev.weft.aggregation.adapter.Adapters;
import dev.weft.core.Text;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.config.MethodConfig;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.method.Method;
import dev.weft.core.registry.Origins;
import dev.weft.core.registry.Outside;
import dev.weft.core.registry.Registry;
import java.util.List;

/**
 * The registry of methods: a new one is a file of its own and a line here, or comes from a user's
 * jar ({@link MethodProvider}).
 */
public final class Methods {
  private static final Registry<MethodCard> REGISTRY =
      new Registry<>(
          List.of(
              FedIt.CARD,
              FfaLora.CARD,
              Flora.CARD,
              FedExLora.CARD,
              FlexLora.CARD,
              LoraFair.CARD,
              FedSb.CARD,
              CoordinateMedian.CARD,
              TrimmedMean.CARD,
              Krum.CARD),
          () -> Outside.of(MethodProvider.class, MethodProvider::methods));

  private Methods() {}

  public static List<MethodCard> cards() {
    return REGISTRY.all();
  }

  public static List<String> names() {
    return REGISTRY.names();
  }

  /**
   * @throws WeftException if there is no such method
   */
  public static MethodCard card(String name) {
    return REGISTRY.named(
        name,
        known ->
            new WeftException(
                Problem.UNKNOWN_METHOD,
                Text.format(
                    "method.name: %s is not a method; choose one of %s, or give its jar with"
                        + " --plugins",
                    name, known)));
  }

  /**
   * The configured method.
   *
   * @throws WeftException if the name is unknown or the settings do not go together
   */
  public static Method resolve(MethodConfig config) {
    return card(config.name()).resolve(config);
  }

  /**
   * The configured method for these layers. A rank that nobody chose is lowered to what they allow.
   *
   * @throws WeftException as {@link #resolve(MethodConfig)}
   */
  public static Method resolve(MethodConfig config, AdapterTarget target) {
    Method own = resolve(config);
    int most = target.largestRank();
    boolean chosen = config.rank().isPresent() || !config.ranks().isEmpty();
    return chosen || own.adapter().rank() <= most ? own : resolve(config.withRank(most));
  }

  /**
   * What clients do in every round, at the adapter's own learning rate unless another one is
   * chosen.
   *
   * @throws WeftException if there is no such method or adapter
   */
  public static LocalTraining training(WeftConfig config) {
    return config.training().with(adapter(config.method()).learningRate());
  }

  /**
   * The configured adapter: the named one or the method's own.
   *
   * @throws WeftException if there is no such method or adapter
   */
  public static AdapterCard adapter(MethodConfig config) {
    return card(config.name()).chosen(config);
  }

  /** Where the configured method and adapter come from, unless they are Weft's own. */
  public static Origins origins(MethodConfig config) {
    return REGISTRY.origins(card(config.name())).and(Adapters.origins(adapter(config)));
  }

  /** Names of the methods that can work with an adapter. */
  public static List<String> with(AdapterCard adapter) {
    return REGISTRY.names(card -> card.allows(adapter));
  }

  static List<String> withMixedRanks() {
    return REGISTRY.names(card -> card.mixedRanks() != MixedRanks.REFUSED);
  }

  static List<String> withServerOptimizers() {
    return REGISTRY.names(card -> MethodCard.allowsServerOptimizer(card.byDefault()));
  }
}
