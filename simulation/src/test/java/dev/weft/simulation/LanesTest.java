package dev.weft.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.federation.RunResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that share passes end as if each had its own, up to what another order of summation does
 * in two rounds: in bfloat16 sums are float32 as well, but each product's result is rounded to 8
 * significant bits.
 */
@ParameterizedClass
@CsvSource({"float32, 1e-5", "bfloat16, 4e-3"})
class LanesTest {
  private static Workbench bench;
  private static RunResult alone;

  private final double rounding;

  LanesTest(String precision, double rounding) {
    this.rounding = rounding;
  }

  @BeforeParameterizedClassInvocation
  static void runAlone(String precision, double rounding) {
    bench = Workbench.open(Tiny.config("engine.precision=" + precision));
    alone = run();
  }

  @AfterParameterizedClassInvocation
  static void close() {
    bench.close();
  }

  /** Passes of two clients and one, and of all three. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void sharedPassesLeadToTheSameAdapterUpToRounding(int lanes) {
    RunResult shared = run("simulation.lanes=" + lanes);

    assertThat(shared.digest()).isNotEqualTo(alone.digest());
    assertClose(shared, alone);
    for (int round = 0; round < 2; round++) {
      assertThat(shared.rounds().get(round).metrics().examplesProcessed())
          .isEqualTo(alone.rounds().get(round).metrics().examplesProcessed());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"simulation.parallelism=1", "simulation.faults.max-delay=300ms"})
  void threadsAndArrivalChangeNotOneBit(String change) {
    assertThat(run("simulation.lanes=2", "simulation.parallelism=2", change).digest())
        .isEqualTo(run("simulation.lanes=2", "simulation.parallelism=2").digest());
  }

  @ParameterizedTest
  @ValueSource(strings = {"fail", "nan"})
  void theOthersGoOnWithoutAClientThatFails(String fault) {
    String setting = "simulation.faults." + fault + "=[client-2]";

    RunResult shared = run("simulation.lanes=3", setting);

    assertThat(shared.completed()).isTrue();
    assertThat(shared.warnings())
        .hasSize(2)
        .allMatch(warning -> warning.contains("client-2: ") && warning.contains("2 of 3 clients"));
    assertClose(shared, run(setting));
    assertThat(run("simulation.lanes=3", "simulation.parallelism=1", setting).digest())
        .isEqualTo(shared.digest());
  }

  /** Of one rank each, and of a form that has the base to itself. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "method.name=flora method.rank=auto method.ranks=[8,4,2]",
        "method.name=fedit method.adapter=dora"
      })
  void clientsThatCannotShareTrainAlone(String method) {
    assertThat(run((method + " simulation.lanes=3").split(" ", -1)).digest())
        .isEqualTo(run(method.split(" ", -1)).digest());
  }

  @Test
  void clientsOfOneRankShareAmongOthers() {
    String[] ranks = {"method.name=fedit", "method.rank=auto", "method.ranks=[8,4,8]"};
    List<String> shared = new ArrayList<>(List.of(ranks));
    shared.add("simulation.lanes=3");

    assertClose(run(shared.toArray(String[]::new)), run(ranks));
  }

  private static RunResult run(String... changes) {
    return Tiny.run(bench, Tiny.config(changes));
  }

  private void assertClose(RunResult actual, RunResult expected) {
    assertThat(distance(actual, expected)).isLessThan(rounding);
    for (int round = 0; round < expected.rounds().size(); round++) {
      double loss = expected.rounds().get(round).metrics().trainLoss();
      assertThat(Math.abs(actual.rounds().get(round).metrics().trainLoss() - loss))
          .isLessThan(rounding * loss);
    }
  }

  /** Of the last states, relative to the expected one. */
  private static double distance(RunResult actual, RunResult expected) {
    TensorMap there = expected.state().adapter().tensors();
    return norm(actual.state().adapter().tensors().minus(there)) / norm(there);
  }

  private static double norm(TensorMap tensors) {
    double squares = 0;
    for (Tensor tensor : tensors.asMap().values()) {
      for (int i = 0; i < tensor.size(); i++) {
        squares += (double) tensor.at(i) * tensor.at(i);
      }
    }
    return Math.sqrt(squares);
  }
}
