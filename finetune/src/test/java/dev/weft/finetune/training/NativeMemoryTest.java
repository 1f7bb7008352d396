package dev.weft.finetune.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.config.TrainingConfig;
import dev.weft.core.method.LocalObjective;
import dev.weft.core.random.Seed;
import dev.weft.finetune.checkpoint.EncoderShape;
import dev.weft.finetune.text.TokenizedSet;
import dev.weft.finetune.text.TokenizedSets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {
  private static final EncoderShape SHAPE = new EncoderShape(2, 64, 4, 128, 50, 40, 1e-12);

  /** One leaked activation of [800, 64] floats per step would add 30 MB over 150 steps. */
  @Test
  void trainingAndEvaluationGiveBackWhatTheyTake() {
    TokenizedSet data = TokenizedSets.random(320, 40, 50, 3, 1);
    try (TinyTuner tiny = new TinyTuner(SHAPE)) {
      Adapter adapter = tiny.randomAdapter(ChainAdapter.fullCore(8, 1), 3);
      work(tiny, adapter, data, 20);
      long before = allocatedBytes();
      work(tiny, adapter, data, 150);

      assertThat(allocatedBytes() - before).isLessThan(12_000_000);
    }
  }

  private static void work(TinyTuner tiny, Adapter adapter, TokenizedSet data, int steps) {
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
    tiny.tuner.evaluate(adapter, List.of(), data, 1);
  }

  /** Bytes that malloc has handed out in this process; the Java heap is not among them. */
  private static long allocatedBytes() {
    try {
      Glibc.Allocations now = Native.load("c", Glibc.class).mallinfo2();
      return now.uordblks + now.hblkhd;
    } catch (UnsatisfiedLinkError e) {
      return abort("this platform's C library does not count allocations: " + e.getMessage());
    }
  }

  /** The one function that tells live native bytes from those malloc merely keeps. */
  public interface Glibc extends Library {
    Allocations mallinfo2();

    /**
     * {@code struct mallinfo2}: in use are {@code uordblks} in arenas and {@code hblkhd} mapped.
     */
    @FieldOrder({
      "arena",
      "ordblks",
      "smblks",
      "hblks",
      "hblkhd",
      "usmblks",
      "fsmblks",
      "uordblks",
      "fordblks",
      "keepcost"
    })
    final class Allocations extends Structure implements Structure.ByValue {
      public long arena;
      public long ordblks;
      public long smblks;
      public long hblks;
      public long hblkhd;
      public long usmblks;
      public long fsmblks;
      public long uordblks;
      public long fordblks;
      public long keepcost;
    }
  }
}
