package dev.weft.core.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AdapterTest {
  private static final AdapterTarget.Layer QUERY = new AdapterTarget.Layer("0.query", 7, 9);
  private static final AdapterTarget.Layer VALUE = new AdapterTarget.Layer("0.value", 8, 6);
  private static final AdapterTarget.Head HEAD = new AdapterTarget.Head(3, 5);
  private static final AdapterTarget TARGET = AdapterTarget.of(List.of(QUERY, VALUE), HEAD);

  @Test
  void tensorsFollowTheCanonicalOrder() {
    assertThat(ChainAdapter.fullCore(2, 1).schema(TARGET).entries())
        .extracting(entry -> entry.name() + " " + entry.shape())
        .containsExactly(
            "0.query.lora_A [2, 9]",
            "0.query.lora_core [2, 2]",
            "0.query.lora_B [7, 2]",
            "0.value.lora_A [2, 6]",
            "0.value.lora_core [2, 2]",
            "0.value.lora_B [8, 2]",
            "classifier.weight [3, 5]",
            "classifier.bias [3]");
    assertThat(ChainAdapter.lora(2, 1).schema(TARGET).entries())
        .extracting(entry -> Part.of(entry.name()))
        .containsExactly(Part.A, Part.B, Part.A, Part.B, Part.HEAD, Part.HEAD);
  }

  /** B[:, :q] · R[:q, :q] · A[:q, :] entry by entry: truncation keeps leading directions only. */
  @Property
  void truncationKeepsTheLeadingDirectionsScaleAndHead(
      @ForAll @IntRange(min = 1, max = 6) int rank, @ForAll long seed) {
    Adapter full = random(ChainAdapter.fullCore(6, 0.5f), seed);
    Adapter truncated = full.truncate(rank);
    assertThat(truncated.form()).isEqualTo(full.form().withRank(rank));
    assertThat(truncated.part(Part.HEAD)).isEqualTo(full.part(Part.HEAD));
    for (AdapterTarget.Layer layer : TARGET.layers()) {
      for (int k = 0; k < rank; k++) {
        for (int i = 0; i < layer.out(); i++) {
          assertThat(truncated.b(layer).at(i, k)).isEqualTo(full.b(layer).at(i, k));
        }
        for (int j = 0; j < layer.in(); j++) {
          assertThat(truncated.a(layer).at(k, j)).isEqualTo(full.a(layer).at(k, j));
        }
        for (int l = 0; l < rank; l++) {
          assertThat(truncated.core(layer).at(k, l)).isEqualTo(full.core(layer).at(k, l));
        }
      }
    }
  }

  @Property
  void truncatingTwiceIsTruncatingOnce(
      @ForAll @IntRange(min = 1, max = 6) int first,
      @ForAll @IntRange(min = 1, max = 6) int second) {
    Adapter full = random(ChainAdapter.lora(6, 2), 1);
    int smaller = Math.min(first, second);
    assertThat(full.truncate(Math.max(first, second)).truncate(smaller))
        .isEqualTo(full.truncate(smaller));
  }

  @Test
  void aRankBelowOneOrAboveTheAdaptersIsRefused() {
    Adapter adapter = Adapter.zeros(ChainAdapter.lora(4, 1), TARGET);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> adapter.truncate(5))
        .withMessage("rank: cannot truncate rank 4 to 5");
    assertThatIllegalArgumentException().isThrownBy(() -> adapter.truncate(0));
  }

  @Test
  void onlyTheTrainedPartsAreSent() {
    Adapter adapter = Adapter.zeros(ChainAdapter.fullCore(2, 1).training(Part.CORE), TARGET);
    assertThat(adapter.trained().names())
        .containsExactly(
            "0.query.lora_core", "0.value.lora_core", "classifier.weight", "classifier.bias");
    assertThat(adapter.form().trainedFactors()).isEqualTo(1);
    assertThat(adapter.form().trained()).containsExactly(Part.CORE, Part.HEAD);
  }

  @Test
  void tensorsOfAnotherFormAreRefused() {
    TensorMap others = ChainAdapter.lora(3, 1).zeros(TARGET);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Adapter(ChainAdapter.lora(2, 1), TARGET, others))
        .withMessageStartingWith("tensors: do not follow the form");
  }

  @Test
  void aTargetWithoutAHeadHasNoTensorsForOne() {
    AdapterTarget languageModel = AdapterTarget.of(TARGET.layers());
    assertThat(ChainAdapter.lora(2, 1).schema(languageModel).entries())
        .extracting(entry -> Part.of(entry.name()))
        .doesNotContain(Part.HEAD);
    assertThat(languageModel.digest()).isNotEqualTo(TARGET.digest());
  }

  @Test
  void aTargetsDigestSeesEveryNameShapeAndTheirOrder() {
    AdapterTarget.Layer query = new AdapterTarget.Layer("query", 7, 9);
    AdapterTarget.Layer value = new AdapterTarget.Layer("value", 5, 9);
    AdapterTarget.Head head = new AdapterTarget.Head(3, 5);
    assertThat(
            Stream.of(
                    AdapterTarget.of(List.of(query, value), head),
                    AdapterTarget.of(List.of(value, query), head),
                    AdapterTarget.of(List.of(query), head),
                    AdapterTarget.of(List.of(new AdapterTarget.Layer("key", 7, 9), value), head),
                    AdapterTarget.of(List.of(new AdapterTarget.Layer("query", 9, 7), value), head),
                    AdapterTarget.of(List.of(new AdapterTarget.Layer("query", 7, 8), value), head),
                    AdapterTarget.of(List.of(query, value), new AdapterTarget.Head(5, 3)),
                    AdapterTarget.of(List.of(query, value), new AdapterTarget.Head(3, 4)),
                    AdapterTarget.of(List.of(query, value)))
                .map(AdapterTarget::digest))
        .doesNotHaveDuplicates();
  }

  @Test
  void formsThatMakeNoSenseAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChainAdapter.lora(0, 1))
        .withMessage("rank: must be at least 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChainAdapter.lora(1, Float.NaN))
        .withMessage("scale: must be positive and finite, got NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChainAdapter.lora(1, 1).training(Part.CORE))
        .withMessage("trained: an adapter without core cannot train it");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ChainAdapter(1, ChainAdapter.Core.NONE, 1, Set.of()))
        .withMessage("trained: at least one part must be trained");
  }

  @Test
  void targetsThatMakeNoSenseAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> AdapterTarget.of(List.of(), HEAD));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AdapterTarget.of(List.of(QUERY, QUERY), HEAD))
        .withMessageStartingWith("layers: two layers share a name");
    assertThatIllegalArgumentException().isThrownBy(() -> new AdapterTarget.Layer("x", 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new AdapterTarget.Head(0, 1));
  }

  @Test
  void aStateNeedsAnOriginForEveryPartAndAGaplessLog() {
    Adapter adapter = Adapter.zeros(ChainAdapter.lora(2, 1), TARGET);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GlobalState.initial(adapter, Map.of()))
        .withMessage("origins: needed for [A, B, HEAD], given for []");
    GlobalState state = GlobalState.initial(adapter, origins(adapter));
    assertThat(state.withSideDelta(delta(0)).withSideDelta(delta(1)).sideDeltas()).hasSize(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> state.withSideDelta(delta(1)))
        .withMessage("sideDeltas: number 0 is missing from the log");
  }

  @Test
  void aSideDeltaSurvivesItsTensors() {
    SideDelta delta = delta(0);
    assertThat(SideDelta.of(0, TARGET, delta.tensors(TARGET))).isEqualTo(delta);
    AdapterTarget smaller = AdapterTarget.of(List.of(QUERY), HEAD);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> delta.tensors(smaller))
        .withMessage("layers: the target has 1, the side delta 2");
    assertThatIllegalArgumentException().isThrownBy(() -> new SideDelta(0, List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LowRank(Tensor.zeros(2, 3), Tensor.zeros(2, 3)))
        .withMessage("inner dimensions differ: left [2, 3], right [2, 3]");
  }

  private static Map<Part, Origin> origins(Adapter adapter) {
    Map<Part, Origin> origins = new EnumMap<>(Part.class);
    adapter.form().parts().forEach(part -> origins.put(part, new Origin.Zeros()));
    return origins;
  }

  private static SideDelta delta(int number) {
    return new SideDelta(
        number,
        TARGET.layers().stream()
            .map(layer -> new LowRank(Tensor.zeros(layer.out(), 2), Tensor.zeros(2, layer.in())))
            .toList());
  }

  private static Adapter random(ChainAdapter form, long seed) {
    TensorMap zeros = form.zeros(TARGET);
    return new Adapter(form, TARGET, new Origin.Kaiming(new Seed(seed)).derive(zeros));
  }
}
