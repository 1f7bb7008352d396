package dev.weft.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.weft.aggregation.method.Exactness;
import dev.weft.aggregation.method.Methods;
import dev.weft.aggregation.method.WireSize;
import dev.weft.coordinator.RoundMetrics;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.method.Method;
import dev.weft.federation.RunResult;
import dev.weft.federation.Start;
import dev.weft.federation.report.ComparisonReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All registered methods on one workbench, held to what their cards promise. */
class ComparisonTest {
  private static final double EXACT = 1e-6;
  private static final double CLEARLY_INEXACT = 1e-4;
  private static final double WIRE_PERCENT = 1;

  /** A rank at which Fed-SB's core weighs more than the tolerance next to the head. */
  private static final WeftConfig CONFIG = Tiny.config("method.rank=32");

  @TempDir private static Path output;
  private static Workbench bench;
  private static Map<String, ComparisonReport.MethodRun> runs;

  @BeforeAll
  static void compareAllMethods() {
    bench = Workbench.open(CONFIG);
    runs =
        new Simulation(CONFIG, SimulationListener.SILENT)
                .compare(Methods.names(), Tiny.folder(output.resolve("compare")))
                .report()
                .methods()
                .stream()
                .collect(Collectors.toMap(ComparisonReport.MethodRun::method, Function.identity()));
  }

  @AfterAll
  static void close() {
    bench.close();
  }

  static List<String> methods() {
    return Methods.names();
  }

  static List<String> exactMethods() {
    return Methods.cards().stream()
        .filter(
            card ->
                card.ownExactness() == Exactness.EXACT
                    || card.ownExactness() == Exactness.EXACT_FOR_EQUAL_RANKS)
        .map(card -> card.name())
        .toList();
  }

  @Test
  void everyMethodCommitsEveryRoundInAFolderOfItsOwn() {
    assertThat(runs.keySet()).containsExactlyInAnyOrderElementsOf(Methods.names());
    assertThat(runs.values()).allSatisfy(run -> assertThat(run.rounds()).hasSize(2));
    assertThat(Methods.names())
        .allSatisfy(
            name ->
                assertThat(output.resolve("compare").resolve(name).resolve("summary.json"))
                    .exists());
    assertThat(output.resolve("compare").resolve("report.html")).exists();
  }

  @ParameterizedTest
  @MethodSource("exactMethods")
  void exactMethodsAddUpTheClientsChanges(String method) {
    assertThat(worstError(method)).isCloseTo(0, within(EXACT));
  }

  @Test
  void averagingFactorsIsClearlyWorseThanEveryExactMethod() {
    assertThat(worstError("fedit")).isGreaterThan(CLEARLY_INEXACT);
    assertThat(exactMethods())
        .allSatisfy(method -> assertThat(worstError(method)).isLessThan(worstError("fedit")));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aSteadyRoundSendsWhatTheFormulaSays(String method) {
    WeftConfig config = CONFIG.withMethod(CONFIG.method().withName(method));
    WireSize size = wireSize(config, 0);
    int clients = bench.clients().size();
    assertThat((double) runs.get(method).rounds().get(1).metrics().bytesUp())
        .isCloseTo(bytesUp(config, clients * size.up()), withPercentage(WIRE_PERCENT));
    assertThat((double) runs.get(method).rounds().get(1).metrics().bytesDown())
        .isCloseTo(bytes(clients * size.down()), withPercentage(WIRE_PERCENT));
  }

  @Test
  void floraIsExactForClientsOfDifferentRanksAndSendsEachItsOwn() {
    WeftConfig config =
        Tiny.config("method.name=flora", "method.rank=auto", "method.ranks=[8, 4, 2]");
    RunResult result = Tiny.run(bench, config);
    assertThat(result.rounds()).hasSize(2);
    assertThat(result.rounds())
        .allSatisfy(
            round -> assertThat(round.metrics().aggregationError()).isCloseTo(0, within(EXACT)));
    long up = 0;
    long down = 0;
    for (int client = 0; client < 3; client++) {
      WireSize size = wireSize(config, client);
      up += size.up();
      down += size.down();
    }
    RoundMetrics steady = result.rounds().get(1).metrics();
    assertThat((double) steady.bytesUp())
        .isCloseTo(bytesUp(config, up), withPercentage(WIRE_PERCENT));
    assertThat((double) steady.bytesDown()).isCloseTo(bytes(down), withPercentage(WIRE_PERCENT));
  }

  private static double worstError(String method) {
    return runs.get(method).rounds().stream()
        .mapToDouble(round -> round.metrics().aggregationError())
        .max()
        .orElseThrow();
  }

  /** Of the client with this index, from 0. */
  private static WireSize wireSize(WeftConfig config, int client) {
    Method method = Methods.resolve(config.method());
    int largest = method.adapter().rank();
    List<Integer> ranks =
        IntStream.range(0, bench.clients().size())
            .mapToObj(index -> config.method().rankOf(index, largest))
            .toList();
    return WireSize.of(method, bench.target(), ranks, ranks.get(client));
  }

  private static double bytesUp(WeftConfig config, long scalars) {
    return (double) Start.of(bench, config).encoding(bench).bits() * scalars / Byte.SIZE;
  }

  private static double bytes(long scalars) {
    return (double) scalars * Float.BYTES;
  }
}
