package dev.weft.aggregation.adapter;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.List;

/** The registry of adapters: a new one is a file of its own and a line here. */
public final class Adapters {
  private static final List<AdapterCard> CARDS =
      List.of(
          Lora.CARD,
          RankStabilizedLora.CARD,
          Dora.CARD,
          Allora.CARD,
          Pissa.CARD,
          LoraGa.CARD,
          Eva.CARD,
          StructuredLora.CARD,
          Nlora.CARD,
          IntTune.CARD,
          LoraXs.CARD,
          LoraSb.CARD,
          Loldu.CARD,
          Kasa.CARD,
          Sora.CARD,
          RandLora.CARD,
          S2Lora.CARD,
          Paca.CARD);

  private Adapters() {}

  public static List<AdapterCard> cards() {
    return CARDS;
  }

  public static List<String> names() {
    return CARDS.stream().map(AdapterCard::name).toList();
  }

  /**
   * @throws WeftException if there is no such adapter
   */
  public static AdapterCard card(String name) {
    return CARDS.stream()
        .filter(card -> card.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new WeftException(
                    Problem.UNKNOWN_METHOD,
                    "method.adapter: %s is not an adapter; choose one of auto, %s"
                        .formatted(name, String.join(", ", names()))));
  }

  /** One line about an adapter, with its paper. */
  public static String describe(String name) {
    AdapterCard card = card(name);
    return "%s (%s)".formatted(card.summary(), card.paper());
  }
}
