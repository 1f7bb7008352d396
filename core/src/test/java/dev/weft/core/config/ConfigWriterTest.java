package dev.weft.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.method.LearningRateSchedule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ConfigWriterTest {
  private static final WeftConfig DEFAULTS = ConfigLoader.load(Optional.empty(), Map.of());

  @Property(tries = 200)
  void whatIsWrittenReadsBackAsTheSameRecords(@ForAll("configurations") WeftConfig config)
      throws IOException {
    Path file = Files.createTempFile("weft", ".conf");
    try {
      Files.writeString(file, ConfigWriter.write(config));
      assertThat(ConfigLoader.load(Optional.of(file), Map.of())).isEqualTo(config);
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void whatDecidesResultsIsAllButNamesPlacesDeadlinesAndParallelism() {
    assertThat(ConfigWriter.decisive(DEFAULTS))
        .containsEntry("training.batch-size", "8")
        .containsEntry("round.fraction", "1.0")
        .containsEntry("simulation.partition.alpha", "0.5");
    assertThat(ConfigLoader.defaults().entrySet())
        .extracting(Map.Entry::getKey)
        .filteredOn(key -> !ConfigWriter.decisive(DEFAULTS).containsKey(key))
        .filteredOn(key -> !key.startsWith("coordinator.") && !key.startsWith("client."))
        .containsExactlyInAnyOrder(
            "run.name",
            "run.sites",
            "run.evaluate-at-sites",
            "run.output",
            "engine.rematerialization",
            "engine.memory",
            "round.attempts",
            "round.retry-delay",
            "round.offer-deadline",
            "round.progress-deadline",
            "round.aggregation-deadline",
            "round.evaluation-deadline",
            "simulation.parallelism",
            "simulation.centralized-reference",
            "method.measure-error",
            "simulation.faults.max-delay");
  }

  @Test
  void everyKeyIsWrittenBelowItsDocumentationLine() {
    assertThat(ConfigWriter.write(DEFAULTS))
        .startsWith("# Complete configuration of this run.\n\n# The run as a whole.\nrun {\n")
        .contains("  # Federated rounds.\n  rounds = 5\n")
        .contains("    # Dirichlet concentration; smaller is more uneven.\n    alpha = 0.5\n")
        .contains("  progress-deadline = 5m\n");
  }

  @Provide
  Arbitrary<WeftConfig> configurations() {
    return Combinators.combine(
            runs(), models(), engines(), data(), methods(), trainings(), rounds(), faults())
        .as(
            (run, model, engine, data, method, training, round, faults) ->
                new WeftConfig(
                    run,
                    model,
                    engine,
                    data,
                    method,
                    training,
                    round,
                    new UpdateConfig(Optional.of(8), Optional.of(4)),
                    new SimulationConfig(
                        Optional.of(3),
                        Optional.of(2),
                        5,
                        new SimulationConfig.Partition(Optional.of("column"), 1e-300),
                        false,
                        faults),
                    new CoordinatorConfig(
                        "[::]:9",
                        List.of("fed.example.org:8443"),
                        Duration.ofSeconds(90),
                        Optional.of("[::1]:9464"),
                        new JournalConfig(
                            JournalConfig.Store.POSTGRESQL,
                            Optional.of("jdbc:postgresql://db.example.org/weft?ssl=true"),
                            Optional.of("weft"),
                            Optional.of("keys/journal.password"))),
                    new ClientConfig(
                        List.of("10.0.0.1:1"),
                        Optional.of("proxy:3128"),
                        Optional.empty(),
                        List.of("models/\"a\""),
                        Duration.ofSeconds(90),
                        new ClientConfig.Policy(
                            List.of("fedit"),
                            List.of("0123456789"),
                            Optional.of(3),
                            Optional.of(new MemorySize(1 << 20)),
                            ClientConfig.Policy.Losses.WITHHOLD,
                            2.5))));
  }

  private static Arbitrary<RunConfig> runs() {
    return Combinators.combine(
            Arbitraries.of("a", "x.y_z-1", "007", "1e5", "true", "null").optional(),
            Arbitraries.longs(),
            Arbitraries.integers().greaterOrEqual(1),
            texts())
        .as(
            (name, seed, rounds, output) ->
                new RunConfig(name, seed, rounds, List.of("a", "St. Mary's"), false, output));
  }

  private static Arbitrary<ModelConfig> models() {
    return Combinators.combine(
            texts(),
            Arbitraries.of("as-is", "nf4-double").optional(),
            corrections(),
            texts().list().ofMinSize(1).ofMaxSize(3).optional(),
            Arbitraries.integers().between(0, 99).list().ofMaxSize(3).optional(),
            Arbitraries.of(ModelConfig.Head.class),
            Arbitraries.integers().between(4, 1 << 20).optional(),
            Arbitraries.longs().between(0, 40_000).map(LocalDate::ofEpochDay).optional())
        .as(ModelConfig::new);
  }

  private static Arbitrary<ModelConfig.Correction> corrections() {
    return Combinators.combine(
            Arbitraries.of(ModelConfig.Correction.Scheme.class),
            Arbitraries.integers().between(1, 65536),
            Arbitraries.integers().between(1, 1000))
        .as(ModelConfig.Correction::new);
  }

  private static Arbitrary<EngineConfig> engines() {
    return Combinators.combine(
            Arbitraries.of("cpu", "cuda:0", "cuda:12").optional(),
            Arbitraries.of(EngineConfig.Precision.class).optional(),
            Arbitraries.of(EngineConfig.Rematerialization.class).optional(),
            Arbitraries.integers().between(1, 1 << 20).optional(),
            Arbitraries.longs().greaterOrEqual(1).map(MemorySize::new).optional())
        .as(EngineConfig::new);
  }

  private static Arbitrary<DataConfig> data() {
    Arbitrary<Integer> counts = Arbitraries.integers().greaterOrEqual(1);
    return Combinators.combine(
            texts(),
            texts().filter(text -> !text.equals("auto")).optional().list().ofSize(2),
            texts().map(String::strip).list().ofMinSize(2).ofMaxSize(4).uniqueElements().optional(),
            counts.optional(),
            counts.optional(),
            counts.optional(),
            texts().list().ofSize(3))
        .as(
            (source, files, classes, train, test, publicExamples, columns) ->
                new DataConfig(
                    source,
                    files.get(0),
                    files.get(1),
                    classes,
                    train,
                    test,
                    publicExamples,
                    columns.get(0),
                    columns.get(1),
                    columns.get(2)));
  }

  private static Arbitrary<MethodConfig> methods() {
    Arbitrary<Integer> ranks = Arbitraries.integers().between(1, 65536);
    return Combinators.combine(
            texts(),
            texts().filter(text -> !text.equals("auto")).optional(),
            ranks.optional(),
            ranks.list().ofMaxSize(4),
            positive().optional(),
            Arbitraries.of(MethodConfig.Init.class),
            positive(),
            Arbitraries.of(ServerOptimizerConfig.Kind.class))
        .as(
            (name, adapter, rank, list, scale, init, number, kind) ->
                new MethodConfig(
                    name,
                    adapter,
                    rank,
                    list,
                    scale,
                    init,
                    number,
                    0,
                    list.isEmpty(),
                    new RobustConfig(0.25, rank),
                    new ServerOptimizerConfig(kind, number, 0, 0.5, 1 - 0x1p-53, number)));
  }

  private static Arbitrary<TrainingConfig> trainings() {
    Arbitrary<Integer> counts = Arbitraries.integers().greaterOrEqual(1);
    return Combinators.combine(
            counts,
            counts.optional(),
            Arbitraries.integers().between(1, 4096),
            positive().optional(),
            positive(),
            positive(),
            Arbitraries.of(LearningRateSchedule.Shape.class),
            Arbitraries.doubles().between(0, true, 1, false))
        .as(TrainingConfig::new);
  }

  private static Arbitrary<RoundConfig> rounds() {
    Arbitrary<Duration> durations =
        Arbitraries.longs()
            .between(1, Duration.ofDays(100).toNanos())
            .flatMap(
                nanos ->
                    Arbitraries.of(
                        Duration.ofNanos(nanos),
                        Duration.ofMillis(nanos % 100_000 + 1),
                        Duration.ofHours(nanos % 1000 + 1)));
    return Combinators.combine(
            Arbitraries.doubles().between(0, false, 1, true), durations, durations, durations)
        .as(
            (fraction, offer, progress, other) ->
                new RoundConfig(
                    fraction,
                    1,
                    Optional.of(offer.toNanos()),
                    Optional.of(3),
                    offer,
                    offer,
                    progress,
                    other,
                    other));
  }

  private static Arbitrary<SimulationConfig.Faults> faults() {
    Arbitrary<List<String>> names = Arbitraries.strings().ofMaxLength(5).list().ofMaxSize(3);
    return Combinators.combine(names, names)
        .as((nan, fail) -> new SimulationConfig.Faults(nan, fail, Duration.ZERO))
        .filter(ConfigWriterTest::isEncodable);
  }

  /** Of every magnitude and with every bit pattern. */
  private static Arbitrary<Double> positive() {
    return Arbitraries.longs()
        .map(bits -> Math.abs(Double.longBitsToDouble(bits)))
        .filter(number -> number > 0 && Double.isFinite(number));
  }

  private static Arbitrary<String> texts() {
    return Arbitraries.strings()
        .ofMaxLength(12)
        .edgeCases(edge -> edge.add("embedded:x", "a//b#c", "${run.seed}", "a\"b\\n\n\t{}[]", "1"))
        .filter(text -> !text.isBlank() && isEncodable(text));
  }

  /** A lone surrogate is no text that a file can hold. */
  private static boolean isEncodable(Object text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text.toString());
  }
}
