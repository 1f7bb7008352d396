package dev.weft.finetune.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.config.TrainingConfig;
import dev.weft.core.method.LocalObjective;
import dev.weft.core.random.Seed;
import dev.weft.finetune.checkpoint.EncoderShape;
import dev.weft.finetune.text.TokenizedSet;
import dev.weft.finetune.text.TokenizedSets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final EncoderShape SHAPE = new EncoderShape(2, 64, 4, 256, 50, 40, 1e-12);

  /** One leaked activation of [1000, 256] floats per step would add 300 MB over 300 steps. */
  @Test
  void threeHundredStepsLeaveNativeMemoryFlat() throws IOException {
    assumeTrue(Files.isReadable(STATUS), "resident memory is read from Linux's /proc");
    TokenizedSet data = TokenizedSets.random(320, 40, 50, 3, 1);
    try (TinyTuner tiny = new TinyTuner(SHAPE)) {
      Adapter adapter = tiny.randomAdapter(ChainAdapter.fullCore(8, 1), 3);
      train(tiny, adapter, data, 100);
      long before = residentMegabytes();
      train(tiny, adapter, data, 300);
      tiny.tuner.evaluate(adapter, List.of(), data, 2);

      assertThat(residentMegabytes() - before).isLessThan(100);
    }
  }

  private static void train(TinyTuner tiny, Adapter adapter, TokenizedSet data, int steps) {
    tiny.tuner.train(
        new TrainingJob(
            adapter,
            List.of(),
            LocalObjective.meanLoss(),
            new TrainingConfig(1, Optional.of(steps), 32, 1e-3, 1e-3, 0),
            data,
            new Seed(1),
            1),
        TrainingListener.NONE);
  }

  private static long residentMegabytes() throws IOException {
    String line =
        Files.readAllLines(STATUS).stream()
            .filter(each -> each.startsWith("VmRSS:"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
  }
}
