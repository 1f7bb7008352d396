package dev.weft.aggregation.adapter;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.registry.Origins;
import dev.weft.core.registry.Outside;
import dev.weft.core.registry.Registry;
import java.util.List;

/**
 * The registry of adapters: a new one is a file of its own and a line here, or comes from a user's
 * jar ({@link AdapterProvider}).
 */
public final class Adapters {
  private static final Registry<AdapterCard> REGISTRY =
      new Registry<>(
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
              Peqa.CARD),
          () -> Outside.of(AdapterProvider.class, AdapterProvider::adapters));

  private Adapters() {}

  /** Where an adapter comes from, unless it is Weft's own. */
  public static Origins origins(AdapterCard card) {
    return REGISTRY.origins(card);
  }

  public static List<AdapterCard> cards() {
    return REGISTRY.all();
  }

  /**
   * @throws WeftException if there is no such adapter
   */
  public static AdapterCard card(String name) {
    return REGISTRY.named(
        name,
        known ->
            new WeftException(
                Problem.UNKNOWN_METHOD,
                Text.format(
                    "method.adapter: %s is not an adapter; choose one of auto, %s, or give its jar"
                        + " with --plugins",
                    name, known)));
  }
}
