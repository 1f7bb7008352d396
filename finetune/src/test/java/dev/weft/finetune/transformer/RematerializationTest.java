package dev.weft.finetune.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.checkpoint.DecoderShape;
import dev.weft.checkpoint.EncoderShape;
import dev.weft.checkpoint.Rope;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.finetune.adapter.NativeAdapter;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.torch.NativeBytes;
import dev.weft.finetune.torch.Precision;
import dev.weft.text.TokenizedSet;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RematerializationTest {

  /** Blocks of 14 M weights, 57 MB when decoded, under 64 tokens of 4 kB. */
  private static final TinyModel WIDE =
      new TinyModel(
          "wide",
          new LlamaFamily(DecoderShape.llama(1024, 8, 8, 3328, 20, 64, Rope.plain(100, 128), 3)));

  static Stream<TinyModel> busy() {
    return Stream.of(
        new TinyModel("busy", new BertFamily(new EncoderShape(2, 64, 4, 96, 20, 128, 1e-12))),
        new TinyModel(
            "busy",
            new LlamaFamily(DecoderShape.llama(64, 4, 2, 96, 20, 128, Rope.plain(100, 16), 2))));
  }

  @ParameterizedTest
  @MethodSource("dev.weft.finetune.transformer.TinyModel#all")
  void computingBlocksAgainChangesNoBit(TinyModel model) {
    TokenBatch batch = TokenBatch.of(model.examples(4, 9, 2), new int[] {0, 1, 2, 3});
    try (TinyEngine engine = new TinyEngine(model);
        Arena arena = Arena.open()) {
      NativeAdapter adapter =
          engine.attach(arena, model.randomAdapter(ChainAdapter.lora(3, 0.7f), 3));
      Map<String, float[]> kept = pass(engine, batch, adapter, Rematerialization.NOTHING);
      Map<String, float[]> again = pass(engine, batch, adapter, Rematerialization.BLOCKS);

      assertThat(again.keySet()).isEqualTo(kept.keySet());
      kept.forEach((name, values) -> assertThat(again.get(name)).as(name).isEqualTo(values));
    }
  }

  @ParameterizedTest
  @EnumSource(Rematerialization.class)
  void noDecodedWeightOutlivesItsBlock(Rematerialization rematerialization) {
    long block =
        WIDE.family().linears(0).stream()
            .mapToLong(site -> (long) Float.BYTES * site.out() * site.in())
            .sum();
    TokenizedSet data = TokenizedSet.continued(new int[][] {new int[64]}, new int[] {0});
    try (TinyEngine engine = new TinyEngine(WIDE, "nf4", Precision.FLOAT32);
        Arena arena = Arena.open()) {
      Watch watch = new Watch();
      watch.start();
      Transformer transformer =
          new Transformer(engine.frozen, engine.kernels, 0, Optional.of(rematerialization));
      Transformer.Pass pass = transformer.forward(arena, TokenBatch.of(data, new int[] {0}), watch);
      long afterForward = watch.grown();
      float[] ones = new float[64 * 1024];
      Arrays.fill(ones, 1);
      transformer.backward(
          pass,
          arena.floats(ones, 64, 1024),
          Set.copyOf(WIDE.sites()),
          (scratch, site, x, dy) -> watch.look());

      assertThat(afterForward).isLessThan(block / 2);
      assertThat(watch.most).isBetween(block * 9 / 10, block * 3 / 2);
      assertThat(watch.grown()).isLessThan(block / 2);
    }
  }

  /** What decides whether to keep a block's activations must know how large they are. */
  @ParameterizedTest
  @MethodSource("busy")
  void theBytesABlockKeepsAreForetold(TinyModel model) {
    TokenizedSet data =
        model.isDecoder()
            ? TokenizedSet.continued(new int[96][100], new int[96])
            : TokenizedSet.classified(new int[96][100], new int[96]);
    TokenBatch batch = TokenBatch.of(data, IntStream.range(0, 96).toArray());
    long foretold =
        Float.BYTES * model.family().savedPerToken(batch.length()) * batch.paddedTokens();
    try (TinyEngine engine = new TinyEngine(model)) {
      Transformer one =
          new Transformer(engine.frozen, engine.kernels, 1, Optional.of(Rematerialization.NOTHING));
      long[] kept = IntStream.range(0, 7).mapToLong(pass -> kept(one, batch)).sorted().toArray();

      assertThat((double) kept[kept.length / 2] / foretold).isBetween(0.8, 1.25);
    }
  }

  /** What a forward pass leaves; the Java machine's own allocations come and go beside it. */
  private static long kept(Transformer transformer, TokenBatch batch) {
    try (Arena arena = Arena.open()) {
      long before = NativeBytes.allocated();
      transformer.forward(arena, batch, WeightChange.NONE);
      return NativeBytes.allocated() - before;
    }
  }

  private static Map<String, float[]> pass(
      TinyEngine engine, TokenBatch batch, WeightChange change, Rematerialization kept) {
    Map<String, float[]> values = new LinkedHashMap<>();
    try (Arena arena = Arena.open()) {
      Transformer transformer =
          new Transformer(engine.frozen, engine.kernels, 0, Optional.of(kept));
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

  /** Changes nothing, but sees how much memory is taken whenever a matrix has been decoded. */
  private static final class Watch implements WeightChange {
    private long before;
    private long most;

    void start() {
      before = NativeBytes.allocated();
    }

    long grown() {
      return NativeBytes.allocated() - before;
    }

    void look() {
      most = Math.max(most, grown());
    }

    @Override
    public NativeArray fold(Arena arena, LinearSite site, NativeArray frozen) {
      look();
      return frozen;
    }

    @Override
    public Optional<Beside> beside(Arena arena, LinearSite site) {
      look();
      return Optional.empty();
    }
  }
}
