package dev.weft.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.coordinator.RunEvent;
import dev.weft.coordinator.RunOutcome;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.tensor.Safetensors;
import dev.weft.federation.report.ComparisonReport;
import dev.weft.federation.report.RunReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is stopped keeps what it has committed. */
class StopTest {
  private static final WeftConfig LONG = Tiny.config("run.rounds=1000", "method.name=fedit");

  /** At a rate that does not depend on how many rounds there are to be. */
  private static final String CONSTANT = "training.schedule=constant";

  private static final WeftConfig LONG_DEFAULT = Tiny.config("run.rounds=1000", CONSTANT);

  @TempDir Path output;

  /** Stops the run from within, as early as a commit can be known. */
  private static final class StopAtFirstCommit implements SimulationListener {
    private Simulation simulation;

    @Override
    public void happened(RunEvent event) {
      if (event instanceof RunEvent.RoundCommitted) {
        simulation.stop();
      }
    }
  }

  /** Lets a test wait for the first event of one kind. */
  private static final class FirstEvent implements SimulationListener {
    private final Class<? extends RunEvent> kind;
    private final CountDownLatch seen = new CountDownLatch(1);

    FirstEvent(Class<? extends RunEvent> kind) {
      this.kind = kind;
    }

    void await() throws InterruptedException {
      seen.await();
    }

    @Override
    public void happened(RunEvent event) {
      if (kind.isInstance(event)) {
        seen.countDown();
      }
    }
  }

  @Test
  void theCommittedRoundAndItsAdapterAreWritten()
      throws InterruptedException, ExecutionException, IOException {
    FirstEvent committed = new FirstEvent(RunEvent.RoundCommitted.class);
    Simulation simulation = new Simulation(LONG, committed);
    CompletableFuture<SimulationResult<RunReport>> result =
        CompletableFuture.supplyAsync(() -> simulation.run(Tiny.folder(output.resolve("run"))));
    committed.await();
    simulation.stop();
    assertThat(result.get().outcome()).isInstanceOf(RunOutcome.Stopped.class);
    List<Integer> rounds =
        result.get().report().rounds().stream().map(r -> r.metrics().round()).toList();
    assertThat(rounds).isNotEmpty().hasSizeLessThan(1000).startsWith(1);
    assertRunFolderHolds(rounds);
  }

  /** What the folder holds after a stop at a commit is what an unstopped run has then. */
  @Test
  void aStopRightAfterACommitDeliversTheRoundThatTheMetricsName() {
    SimulationResult<RunReport> whole =
        new Simulation(Tiny.config("run.rounds=1", CONSTANT), SimulationListener.SILENT)
            .run(Tiny.folder(output.resolve("one")));
    StopAtFirstCommit stopping = new StopAtFirstCommit();
    Simulation simulation = new Simulation(LONG_DEFAULT, stopping);
    stopping.simulation = simulation;

    SimulationResult<RunReport> stopped = simulation.run(Tiny.folder(output.resolve("run")));

    assertThat(stopped.outcome()).isInstanceOf(RunOutcome.Stopped.class);
    assertThat(stopped.report().rounds())
        .extracting(row -> row.metrics().round())
        .containsExactly(1);
    assertThat(stopped.report().adapterDigest()).isEqualTo(whole.report().adapterDigest());
  }

  @Test
  void aStopWhileClientsTrainLeavesACompleteFolderWithoutRounds()
      throws InterruptedException, ExecutionException, IOException {
    FirstEvent training = new FirstEvent(RunEvent.ClientProgress.class);
    Simulation simulation = new Simulation(Tiny.config("simulation.faults.max-delay=1h"), training);
    CompletableFuture<SimulationResult<RunReport>> result =
        CompletableFuture.supplyAsync(() -> simulation.run(Tiny.folder(output.resolve("run"))));
    training.await();
    simulation.stop();
    assertThat(result.get().outcome()).isInstanceOf(RunOutcome.Stopped.class);
    assertRunFolderHolds(List.of());
  }

  @Test
  void aStopInASharedPassLeavesACompleteFolderWithoutRounds()
      throws InterruptedException, ExecutionException, IOException {
    FirstEvent training = new FirstEvent(RunEvent.ClientProgress.class);
    Simulation simulation =
        new Simulation(Tiny.config("simulation.lanes=3", "training.local-steps=100000"), training);
    CompletableFuture<SimulationResult<RunReport>> result =
        CompletableFuture.supplyAsync(() -> simulation.run(Tiny.folder(output.resolve("run"))));
    training.await();
    simulation.stop();
    assertThat(result.get().outcome()).isInstanceOf(RunOutcome.Stopped.class);
    assertRunFolderHolds(List.of());
  }

  @Test
  void aComparisonStopsWithTheMethodThatIsOn() throws InterruptedException, ExecutionException {
    FirstEvent committed = new FirstEvent(RunEvent.RoundCommitted.class);
    Simulation simulation = new Simulation(LONG, committed);
    CompletableFuture<SimulationResult<ComparisonReport>> result =
        CompletableFuture.supplyAsync(
            () ->
                simulation.compare(
                    List.of("fedit", "fed-sb"), Tiny.folder(output.resolve("compare"))));
    committed.await();
    simulation.stop();
    assertThat(result.get().outcome()).isInstanceOf(RunOutcome.Stopped.class);
    assertThat(result.get().report().methods())
        .singleElement()
        .satisfies(run -> assertThat(run.rounds()).isNotEmpty());
    assertThat(output.resolve("compare").resolve("report.html")).exists();
  }

  private void assertRunFolderHolds(List<Integer> rounds) throws IOException {
    Path folder = output.resolve("run");
    JsonNode summary = new ObjectMapper().readTree(folder.resolve("summary.json").toFile());
    assertThat(summary.get("rounds").findValues("round").stream().map(JsonNode::asInt))
        .containsExactlyElementsOf(rounds);
    assertThat(Files.readAllLines(folder.resolve("metrics.jsonl"))).hasSize(1 + rounds.size());
    assertThat(folder.resolve("report.html")).exists();
    Path adapter = folder.resolve("adapter");
    if (rounds.isEmpty()) {
      assertThat(adapter).doesNotExist();
    } else {
      assertThat(Safetensors.read(adapter.resolve("adapter_model.safetensors")).asMap())
          .isNotEmpty();
    }
  }
}
