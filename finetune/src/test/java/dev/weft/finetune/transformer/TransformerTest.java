package dev.weft.finetune.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.checkpoint.EncoderShape;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.finetune.adapter.NativeAdapter;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.torch.NativeBytes;
import dev.weft.finetune.torch.Precision;
import dev.weft.text.TokenizedSet;
import dev.weft.text.TokenizedSets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransformerTest {
  private static final String ALL = "dev.weft.finetune.transformer.TinyModel#all";

  @ParameterizedTest
  @MethodSource(ALL)
  void aPaddedBatchEqualsTheReferenceTokenByToken(TinyModel model) {
    TokenizedSet data = data(model);
    ReferenceModel reference = ReferenceModel.of(model);
    for (int unchanged = 0; unchanged <= 2; unchanged++) {
      try (TinyEngine engine = new TinyEngine(model);
          Arena arena = Arena.open()) {
        TokenBatch batch = TokenBatch.of(data, new int[] {0, 1, 2, 3});
        float[] hidden =
            transformer(engine, unchanged).hidden(arena, batch, WeightChange.NONE).toFloats();

        for (int row = 0; row < 4; row++) {
          double[][] expected = reference.hidden(TokenizedSets.ids(data, row));
          for (int t = 0; t < expected.length; t++) {
            int from = (row * batch.length() + t) * expected[t].length;
            for (int i = 0; i < expected[t].length; i++) {
              assertThat((double) hidden[from + i]).isCloseTo(expected[t][i], within(2e-5));
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void theTrainingForwardPassEqualsTheEvaluatingOneBitForBit(TinyModel model) {
    TokenBatch batch = TokenBatch.of(data(model), new int[] {3, 1});
    for (int unchanged = 0; unchanged <= 1; unchanged++) {
      try (TinyEngine engine = new TinyEngine(model);
          Arena arena = Arena.open()) {
        Transformer transformer = transformer(engine, unchanged);

        assertThat(transformer.forward(arena, batch, WeightChange.NONE).hidden().toFloats())
            .isEqualTo(transformer.hidden(arena, batch, WeightChange.NONE).toFloats());
      }
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void statesBelowTheAdaptersAreTheSameBitsInAnyCompanyAndWhenSetsAreJoined(TinyModel model) {
    TokenizedSet joinedSet = data(model);
    TokenizedSet alone = joinedSet.example(0).set();
    try (TinyEngine engine = new TinyEngine(model);
        Arena arena = Arena.open()) {
      Transformer lower = transformer(engine, 2);
      float[] joined = states(arena, lower, joinedSet, 2);
      float[] padded = states(arena, lower, alone, 2, 0, 1);

      assertThat(Arrays.copyOf(padded, joined.length)).isEqualTo(joined);
    }
  }

  /** Nothing, a part and all of them, for examples beside which others of their length pass. */
  @ParameterizedTest
  @MethodSource(ALL)
  void keepingStatesChangesNoBitAndNeverTakesMoreThanAgreed(TinyModel model) {
    List<TokenizedSet> sets =
        IntStream.range(0, 12).mapToObj(seed -> model.examples(30, 9, 100 + seed)).toList();
    try (TinyEngine engine = new TinyEngine(model);
        Arena arena = Arena.open()) {
      Transformer lower = transformer(engine, 1);
      List<float[]> computed = sets.stream().map(set -> someStates(lower, set)).toList();
      long all = lower.stateBytes(sets);
      for (long most : new long[] {0, all / 2, all - 1, all, Long.MAX_VALUE}) {
        long kept = lower.keepStates(arena, sets, most);
        for (int pass = 0; pass < 2; pass++) {
          for (int i = 0; i < sets.size(); i++) {
            assertThat(someStates(lower, sets.get(i))).isEqualTo(computed.get(i));
          }
        }

        assertThat(kept).isBetween(Math.min(most, all) / 2, Math.min(most, all));
      }
    }
  }

  /** 64 MB of states; what else comes and goes is less than a quarter of them. */
  @Test
  void statesOfManySetsTogetherTakeNoMoreNativeMemoryThanAgreed() {
    TinyModel model =
        new TinyModel("wide", new BertFamily(new EncoderShape(2, 128, 4, 192, 20, 128, 1e-12)));
    List<TokenizedSet> sets =
        IntStream.range(0, 60).mapToObj(seed -> model.examples(200, 19, 100 + seed)).toList();
    try (TinyEngine engine = new TinyEngine(model);
        Arena arena = Arena.open()) {
      Transformer lower = transformer(engine, 1);
      long all = lower.stateBytes(sets);
      try (Arena first = Arena.open()) {
        lower.keepStates(first, sets, all);
        sets.forEach(set -> someStates(lower, set));
        lower.keepStates(first, List.of(), 0);
      }
      long before = NativeBytes.afterCollection();
      long kept = lower.keepStates(arena, sets, all / 2);
      sets.forEach(set -> someStates(lower, set));

      assertThat(kept).isGreaterThan(all / 3);
      assertThat(NativeBytes.afterCollection() - before).isLessThan(all * 3 / 4);
    }
  }

  /** What a layer multiplies by, and its gradient, as one folded matrix and as factors beside. */
  @ParameterizedTest
  @MethodSource(ALL)
  void foldedAndBesideAnAdapterGivesTheSame(TinyModel model) {
    try (TinyEngine engine = new TinyEngine(model);
        Arena arena = Arena.open()) {
      NativeAdapter adapter =
          engine.attach(arena, model.randomAdapter(ChainAdapter.fullCore(3, 0.7f), 3));
      for (int[] rows : new int[][] {{0}, {0, 1, 2, 3}}) {
        TokenBatch batch = TokenBatch.of(data(model), rows);
        Map<String, float[]> folded = pass(engine, batch, new Folded(adapter));

        assertSame(pass(engine, batch, new Beside(adapter)), folded);
        assertSame(pass(engine, batch, adapter), folded);
      }
    }
  }

  /** Untouched matrices that are dense already are shared, not freed with the decoded model. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "nf4"})
  void aModelDecodedOnceGivesTheSameStatesAndLeavesTheOriginalAlone(String quantization) {
    TinyModel model = TinyModel.LLAMA;
    TokenBatch batch = TokenBatch.of(data(model), new int[] {0, 1, 2, 3});
    try (TinyEngine engine = new TinyEngine(model, quantization, Precision.FLOAT32);
        Arena arena = Arena.open()) {
      WeightChange change =
          new Folded(engine.attach(arena, model.randomAdapter(ChainAdapter.lora(3, 0.7f), 3)));
      float[] expected = engine.transformer().hidden(arena, batch, change).toFloats();
      try (Arena owner = Arena.open()) {
        Transformer decoded =
            new Transformer(
                engine.frozen.decoded(owner, change), engine.kernels, 0, Optional.empty());

        assertThat(decoded.hidden(arena, batch, WeightChange.NONE).toFloats()).isEqualTo(expected);
      }
      assertThat(engine.transformer().hidden(arena, batch, change).toFloats()).isEqualTo(expected);
    }
  }

  /** A third of a set's examples in one padded batch, with one that only fills its lane. */
  private static float[] someStates(Transformer transformer, TokenizedSet set) {
    List<TokenBatch.Row> rows =
        IntStream.range(0, set.size())
            .filter(example -> example % 3 == 1)
            .mapToObj(example -> new TokenBatch.Row(set, example, example == 1 ? 0 : 1))
            .toList();
    try (Arena arena = Arena.open()) {
      return transformer.hidden(arena, TokenBatch.of(rows, 1), WeightChange.NONE).toFloats();
    }
  }

  private static Transformer transformer(TinyEngine engine, int unchanged) {
    return new Transformer(engine.frozen, engine.kernels, unchanged, Optional.empty());
  }

  private static float[] states(
      Arena arena, Transformer transformer, TokenizedSet set, int... rows) {
    return transformer.hidden(arena, TokenBatch.of(set, rows), WeightChange.NONE).toFloats();
  }

  /** Hidden states, and what enters and leaves every layer on the way back of their sum. */
  private static Map<String, float[]> pass(
      TinyEngine engine, TokenBatch batch, WeightChange change) {
    Map<String, float[]> values = new LinkedHashMap<>();
    try (Arena arena = Arena.open()) {
      Transformer transformer = engine.transformer();
      Transformer.Pass pass = transformer.forward(arena, batch, change);
      values.put("hidden", pass.hidden().toFloats());
      float[] ones = new float[values.get("hidden").length];
      Arrays.fill(ones, 1);
      transformer.backward(
          pass,
          arena.floats(ones, pass.hidden().shape()),
          Set.copyOf(engine.model.sites()),
          (scratch, site, x, dy) -> {
            values.put(site.name() + " x", x.toFloats());
            values.put(site.name() + " dy", dy.toFloats());
          });
    }
    return values;
  }

  private static void assertSame(Map<String, float[]> actual, Map<String, float[]> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, values) -> Closeness.assertClose(name, actual.get(name), values, 1e-5));
  }

  private static TokenizedSet data(TinyModel model) {
    return TokenizedSet.concatenation(List.of(model.examples(3, 9, 2), model.examples(1, 9, 3)));
  }

  private record Folded(WeightChange change) implements WeightChange {
    @Override
    public NativeArray fold(Arena arena, LinearSite site, NativeArray frozen) {
      return change.fold(arena, site, frozen);
    }

    @Override
    public Optional<WeightChange.Beside> beside(Arena arena, LinearSite site) {
      return Optional.empty();
    }
  }

  private record Beside(WeightChange change) implements WeightChange {
    @Override
    public NativeArray fold(Arena arena, LinearSite site, NativeArray frozen) {
      throw new AssertionError(site + " was folded");
    }

    @Override
    public Optional<WeightChange.Beside> beside(Arena arena, LinearSite site) {
      return change.beside(arena, site);
    }

    @Override
    public boolean laned() {
      return true;
    }
  }
}
