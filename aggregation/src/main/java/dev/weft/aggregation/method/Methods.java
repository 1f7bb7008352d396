package dev.weft.aggregation.method;

import dev.weft.aggregation.adapter.AdapterCard;
import dev.weft.core.config.MethodConfig;
import dev.weft.core.config.UpdateConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.Method;
import java.util.List;

/** The registry of methods: a new one is a file of its own and a line here. */
public final class Methods {
  private static final List<MethodCard> CARDS =
      List.of(
          FedIt.CARD,
          FfaLora.CARD,
          Flora.CARD,
          FedExLora.CARD,
          FlexLora.CARD,
          LoraFair.CARD,
          FedSb.CARD);

  private Methods() {}

  public static List<MethodCard> cards() {
    return CARDS;
  }

  public static List<String> names() {
    return CARDS.stream().map(MethodCard::name).toList();
  }

  /**
   * @throws WeftException if there is no such method
   */
  public static MethodCard card(String name) {
    return CARDS.stream()
        .filter(card -> card.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new WeftException(
                    Problem.UNKNOWN_METHOD,
                    "method.name: %s is not a method; choose one of %s"
                        .formatted(name, String.join(", ", names()))));
  }

  /** One line about a method, with its paper. */
  public static String describe(String name) {
    MethodCard card = card(name);
    return "%s (%s)".formatted(card.summary(), card.paper());
  }

  /**
   * The configured method.
   *
   * @throws WeftException if the name is unknown or the settings do not go together
   */
  public static Method resolve(MethodConfig config, UpdateConfig update) {
    return card(config.name()).resolve(config, update);
  }

  static List<String> withMixedRanks() {
    return CARDS.stream()
        .filter(card -> card.mixedRanks() != MixedRanks.REFUSED)
        .map(MethodCard::name)
        .toList();
  }

  /** Names of the methods that can work with an adapter. */
  public static List<String> with(AdapterCard adapter) {
    return CARDS.stream().filter(card -> card.allows(adapter)).map(MethodCard::name).toList();
  }

  static List<String> withServerOptimizers() {
    return CARDS.stream()
        .filter(card -> MethodCard.allowsServerOptimizer(card.byDefault()))
        .map(MethodCard::name)
        .toList();
  }
}
