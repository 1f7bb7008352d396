package dev.weft.aggregation.method;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.aggregation.Cohort;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.method.Method;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class WireSizeTest {
  private static final AdapterTarget ONE_LAYER =
      AdapterTarget.of(
          List.of(new AdapterTarget.Layer("q", 100, 60)), new AdapterTarget.Head(1, 1));
  private static final int HEAD = 2;

  static List<MethodCard> cards() {
    return Methods.cards();
  }

  /** The wire lines of the cards in methods.md for out = 100, in = 60, r = 4, K = 3. */
  @ParameterizedTest
  @CsvSource({
    "fedit,      640, 640",
    "ffa-lora,   400, 400",
    "flora,      640, 1920",
    "fedex-lora, 640, 1920",
    "flexlora,   640, 640",
    "lora-fair,  640, 640",
    "fed-sb,     16,  16"
  })
  void formulasAreThoseOfTheCards(String name, long up, long down) {
    WireSize size =
        WireSize.of(Cohort.method(name, List.of(4), Map.of()), ONE_LAYER, List.of(4, 4, 4), 4);
    assertThat(size).isEqualTo(new WireSize(up + HEAD, down + HEAD));
  }

  /** r for d and out for b; the factors around them never travel. */
  @Test
  void veraSendsTwoVectorsPerLayer() {
    Method vera = Cohort.method("fedit", List.of(4), Map.of("method.adapter", "vera"));
    assertThat(WireSize.of(vera, ONE_LAYER, List.of(4, 4, 4), 4))
        .isEqualTo(new WireSize(4 + 100 + HEAD, 4 + 100 + HEAD));
    assertThat(WireSize.upFormula(vera.adapter())).isEqualTo("r + out");
  }

  @ParameterizedTest
  @MethodSource("cards")
  void sizesAreWhatARoundReallyMoves(MethodCard card) {
    List<Integer> ranks =
        card.mixedRanks() == MixedRanks.REFUSED ? List.of(3, 3, 3) : List.of(4, 1, 2);
    Cohort cohort = Cohort.of(card.name(), 81, ranks);
    GlobalState next = cohort.aggregate().next();
    for (int i = 0; i < ranks.size(); i++) {
      WireSize size = WireSize.of(cohort.method(), Cohort.TARGET, ranks, ranks.get(i));
      assertThat(size.up()).isEqualTo(cohort.updates().get(i).entries());
      assertThat(size.down()).isEqualTo(fetched(cohort.reference(), next, ranks.get(i)));
    }
  }

  /** Scalars that a client at the reference must fetch to stand at the next state. */
  private static long fetched(GlobalState reference, GlobalState next, int rank) {
    Adapter before = reference.adapter().truncate(rank);
    Adapter after = next.adapter().truncate(rank);
    long scalars = 0;
    for (Part part : after.form().parts()) {
      boolean changed = !before.part(part).equals(after.part(part));
      if (changed && next.origins().get(part) instanceof Origin.Fetched) {
        scalars += after.part(part).elements();
      }
    }
    for (SideDelta delta : next.sideDeltas()) {
      scalars += delta.tensors(after.target()).elements();
    }
    return scalars;
  }
}
