package dev.weft.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.aggregation.adapter.AdapterCard;
import dev.weft.aggregation.adapter.Adapters;
import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.method.LocalRound;
import dev.weft.federation.Resolution;
import dev.weft.federation.Start;
import dev.weft.finetune.training.TrainingJob;
import dev.weft.finetune.training.TrainingListener;
import dev.weft.finetune.training.TrainingResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every adapter trains stably at the learning rate it brings. A head stays as it is, so that only
 * the adapter can help, and the rate stays at its peak, where training would diverge.
 */
class OwnLearningRateTest {

  static Stream<AdapterCard> adapters() {
    return Adapters.cards().stream();
  }

  @Nested
  class OnAnEncoder {
    private static Workbench bench;

    @BeforeAll
    static void open() {
      bench = Workbench.open(config(Adapters.card("lora")));
    }

    @AfterAll
    static void close() {
      bench.close();
    }

    @ParameterizedTest
    @MethodSource("dev.weft.simulation.OwnLearningRateTest#adapters")
    void itLowersTheLoss(AdapterCard adapter) {
      Start start = Start.of(bench, config(adapter));

      assertThat(lossAfterTraining(bench, start)).isLessThan(lossBefore(bench, start));
    }

    @Test
    void theResolvedConfigurationSaysIt() {
      AdapterCard pissa = Adapters.card("pissa");
      Start start = Start.of(bench, config(pissa));

      assertThat(Resolution.of(bench, start).training().learningRate())
          .contains(pissa.learningRate());
    }

    private static WeftConfig config(AdapterCard adapter) {
      return OwnLearningRateTest.config(adapter, "data.public-examples=64");
    }
  }

  /** Where {@code weft.models} has stories260K. */
  @Nested
  class OnADecoder {
    @TempDir private static Path folder;
    private static Workbench bench;

    @BeforeAll
    static void open() throws IOException {
      Path model = model();
      assumeTrue(
          Files.isDirectory(model), "weft.models names no folder with the model stories260K");
      Files.write(
          folder.resolve("sums.jsonl"),
          IntStream.range(0, 72)
              .mapToObj(i -> Text.format("{\"text\": \"Lily had %d cats and %d dogs.\"}", i, 3 * i))
              .toList());
      bench = Workbench.open(config(Adapters.card("lora")));
    }

    @AfterAll
    static void close() {
      if (bench != null) {
        bench.close();
      }
    }

    @ParameterizedTest
    @MethodSource("dev.weft.simulation.OwnLearningRateTest#adapters")
    void itLowersTheLoss(AdapterCard adapter) {
      Start start = Start.of(bench, config(adapter));

      assertThat(lossAfterTraining(bench, start)).isLessThan(lossBefore(bench, start));
    }

    /** Where lora learns at one rate for all, these diverge. */
    @ParameterizedTest
    @ValueSource(strings = {"nlora", "lora-ga", "eva"})
    void itIsBetterThanOneForAll(String name) {
      AdapterCard adapter = Adapters.card(name);
      Start own = Start.of(bench, config(adapter));
      Start shared = Start.of(bench, config(adapter, "training.learning-rate=0.02"));

      assertThat(lossAfterTraining(bench, own)).isLessThan(lossAfterTraining(bench, shared));
    }

    private static Path model() {
      return Path.of(System.getProperty("weft.models", ""), "stories260K");
    }

    /** The narrowest of its layers has 32 rows. */
    private static WeftConfig config(AdapterCard adapter, String... changes) {
      return OwnLearningRateTest.config(
          adapter,
          Stream.concat(
                  Stream.of(
                      "model.source=" + model(),
                      "model.quantization=nf4",
                      "model.targets=auto",
                      "model.max-tokens=24",
                      "data.source=" + folder.resolve("sums.jsonl"),
                      "data.train-examples=48",
                      "data.test-examples=12",
                      "data.public-examples=12",
                      "method.rank=" + Math.min(adapter.rank(), 32)),
                  Stream.of(changes))
              .toArray(String[]::new));
    }
  }

  private static double lossBefore(Workbench bench, Start start) {
    return loss(bench, start.initial().adapter(), start.initial().sideDeltas());
  }

  private static double lossAfterTraining(Workbench bench, Start start) {
    GlobalState initial = start.initial();
    TrainingResult result =
        bench
            .model()
            .train(
                new TrainingJob(
                    initial.adapter(),
                    initial.sideDeltas(),
                    LocalRound.only(start.training()),
                    bench.pooled(),
                    bench.seed()),
                TrainingListener.NONE);
    return loss(bench, initial.adapter().with(result.trained()), initial.sideDeltas());
  }

  private static double loss(Workbench bench, Adapter adapter, List<SideDelta> sideDeltas) {
    return bench.model().evaluate(adapter, sideDeltas, bench.pooled(), 1).loss();
  }

  private static WeftConfig config(AdapterCard adapter, String... changes) {
    return Tiny.config(
        Stream.concat(
                Stream.of(
                    "engine.precision=float32",
                    "simulation.partition.scheme=equal",
                    "method.name=fedit",
                    "method.rank=auto",
                    "method.adapter=" + adapter.name(),
                    "training.local-steps=16",
                    "training.schedule=constant",
                    "training.warm-up=0",
                    "training.head-learning-rate=1e-12"),
                Stream.of(changes))
            .toArray(String[]::new));
  }
}
