package dev.weft.aggregation.adapter;

import dev.weft.aggregation.registry.Registry;
import dev.weft.core.Text;
import java.util.List;

/** The registry of adapters: a new one is a file of its own and a line here. */
public final class Adapters {
  private static final Registry<AdapterCard> REGISTRY =
      new Registry<>(
          (name, known) ->
              Text.format(
                  "method.adapter: %s is not an adapter; choose one of auto, %s", name, known),
          List.of(
              Lora.CARD,
              RankStabilizedLora.CARD,
              BlockLora.CARD,
              Dora.CARD,
              Allora.CARD,
              Pissa.CARD,
              LoftQ.CARD,
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
              AdaLora.CARD,
              RandLora.CARD,
              S2Lora.CARD,
              Vera.CARD,
              Paca.CARD,
              Hira.CARD,
              Peqa.CARD));

  private Adapters() {}

  public static List<AdapterCard> cards() {
    return REGISTRY.cards();
  }

  /**
   * @throws dev.weft.core.error.WeftException if there is no such adapter
   */
  public static AdapterCard card(String name) {
    return REGISTRY.card(name);
  }
}
