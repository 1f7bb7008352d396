package dev.weft.finetune.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.checkpoint.DecoderShape;
import dev.weft.checkpoint.EncoderShape;
import dev.weft.checkpoint.Rope;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.finetune.torch.NativeBytes;
import dev.weft.finetune.torch.Precision;
import dev.weft.finetune.transformer.BertFamily;
import dev.weft.finetune.transformer.LlamaFamily;
import dev.weft.finetune.transformer.TinyEngine;
import dev.weft.finetune.transformer.TinyModel;
import dev.weft.text.TokenizedSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NativeMemoryTest {
  /** Java's own compilers take memory at times; a leak takes it every time. */
  private static final int TRIES = 3;

  static Stream<TinyModel> models() {
    return Stream.of(
        new TinyModel("small", new BertFamily(new EncoderShape(2, 64, 4, 128, 50, 40, 1e-12))),
        new TinyModel(
            "small",
            new LlamaFamily(DecoderShape.llama(64, 4, 2, 128, 50, 40, Rope.plain(100, 16), 2))));
  }

  /** One leaked activation of [100, 64] floats per step would add 13 MB. */
  @ParameterizedTest
  @MethodSource("models")
  void fiveHundredStepsGiveBackWhatTheyTake(TinyModel model) {
    TokenizedSet data = model.examples(80, 24, 1);
    try (TinyTuner tiny = new TinyTuner(new TinyEngine(model, "nf4", Precision.FLOAT32))) {
      Adapter adapter = model.randomAdapter(ChainAdapter.fullCore(8, 1), 3);
      work(tiny, adapter, data, 50);

      assertThat(IntStream.range(0, TRIES).mapToLong(i -> growth(tiny, adapter, data)))
          .as("bytes that 500 steps leave, as often as they were tried")
          .anyMatch(bytes -> bytes < 10_000_000);
    }
  }

  private static long growth(TinyTuner tiny, Adapter adapter, TokenizedSet data) {
    long before = NativeBytes.allocated();
    work(tiny, adapter, data, 500);
    return NativeBytes.allocated() - before;
  }

  private static void work(TinyTuner tiny, Adapter adapter, TokenizedSet data, int steps) {
    TrainingJob alone = TinyTuner.job(adapter, data, Optional.of(4 * steps / 5));
    TrainingJob lane = TinyTuner.job(adapter, data, Optional.of(steps / 5));
    tiny.tuner.train(alone, TrainingListener.NONE);
    tiny.tuner.train(List.of(lane, lane), TrainingListener.NONE);
    tiny.tuner.evaluate(adapter, List.of(), data, 1);
  }
}
