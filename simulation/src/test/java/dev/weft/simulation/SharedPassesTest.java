package dev.weft.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.client.LocalListener;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.method.LocalObjective;
import dev.weft.core.method.LocalRound;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.metrics.TrainingFigures;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.training.TrainingJob;
import dev.weft.finetune.training.TrainingListener;
import dev.weft.finetune.training.TrainingResult;
import dev.weft.text.TokenizedSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Who trains with whom, and what becomes of the others when one does not come or fails. */
class SharedPassesTest {
  private static final AdapterTarget TARGET =
      AdapterTarget.of(
          List.of(new AdapterTarget.Layer("query", 2, 2)), new AdapterTarget.Head(2, 2));
  private static final List<String> COHORT = List.of("a", "b", "c", "d", "e");
  private static final int STEPS = 3;

  private final List<List<String>> passes = new ArrayList<>();
  private final Map<String, Ear> ears = new HashMap<>();
  private final Map<String, CompletableFuture<TrainingResult>> results = new LinkedHashMap<>();

  /** What one client hears of its training. */
  private static final class Ear implements LocalListener {
    private final List<Long> heard = new ArrayList<>();
    private int begun;
    private boolean cancelled;

    @Override
    public void begun() {
      begun++;
    }

    @Override
    public void progress(long examplesDone, long examplesTotal, double meanLoss) {
      heard.add(examplesDone);
    }

    @Override
    public boolean cancelled() {
      return cancelled;
    }
  }

  /** Two lanes, and ranks by which a, c and e are equal. */
  @Property
  void theCohortSaysWhoSharesAPassAndNotWhoComesWhen(@ForAll long order) {
    SharedPasses shared =
        passes(2, Map.of("a", 4, "b", 2, "c", 4, "d", 2, "e", 4), this::succeeding);
    List<String> arrival = new ArrayList<>(COHORT);
    Collections.shuffle(arrival, new Random(order));
    passes.clear();

    shared.begin(1, List.of("e", "d", "c", "b", "a"));
    arrival.forEach(client -> join(shared, client, 1));

    assertThat(passes)
        .containsExactlyInAnyOrder(List.of("a", "c"), List.of("b", "d"), List.of("e"));
  }

  @Test
  void aPassWaitsForAllOfItsClients() {
    SharedPasses shared = passes(3, equalRanks(), this::succeeding);
    shared.begin(1, COHORT);
    join(shared, "a", 1);
    join(shared, "c", 1);
    assertThat(passes).isEmpty();
    assertThat(ears.get("a").begun).isZero();

    join(shared, "b", 1);

    assertThat(passes).containsExactly(List.of("a", "b", "c"));
    assertThat(results.values()).allMatch(CompletableFuture::isDone);
  }

  @Test
  void whoeverIsDroppedIsNotWaitedForAndItsPassGoesOnWithoutIt() {
    SharedPasses shared = passes(3, equalRanks(), this::succeeding);
    shared.begin(1, COHORT);
    join(shared, "a", 1);
    join(shared, "c", 1);

    shared.drop("b");

    assertThat(passes).containsExactly(List.of("a", "c"));
    assertTooLate(shared, "b", 1);
  }

  @Test
  void aPassThatLosesAllOfItsClientsNeverStarts() {
    SharedPasses shared = passes(2, equalRanks(), this::succeeding);
    shared.begin(1, COHORT);

    COHORT.forEach(shared::drop);

    assertThat(passes).isEmpty();
  }

  @Test
  void aClientDroppedInItsLaneChangesNothingForTheOthers() {
    SharedPasses shared = passes(2, equalRanks(), this::succeeding);
    shared.begin(1, List.of("a", "b"));
    join(shared, "a", 1);

    shared.drop("a");
    join(shared, "b", 1);

    assertThat(passes).containsExactly(List.of("a", "b"));
  }

  @Test
  void aClientOfAnEarlierRoundTakesNobodysPlace() {
    SharedPasses shared = passes(2, equalRanks(), this::succeeding);
    shared.begin(1, List.of("a", "b"));
    shared.begin(2, List.of("a", "b"));

    assertTooLate(shared, "a", 1);
    join(shared, "a", 2);
    join(shared, "b", 2);

    assertThat(passes).containsExactly(List.of("a", "b"));
  }

  @Test
  void everyClientHearsOfItsOwnLaneAndThatItHasBegun() {
    SharedPasses shared = passes(2, equalRanks(), this::succeeding);
    shared.begin(1, List.of("a", "b"));
    join(shared, "a", 1);
    join(shared, "b", 1);

    assertThat(ears.get("a").heard).containsExactly(100L, 101L, 102L);
    assertThat(ears.get("b").heard).containsExactly(200L, 201L, 202L);
    assertThat(ears.values()).allMatch(ear -> ear.begun == 1);
    assertThat(results.get("b").join().figures().examplesProcessed()).isEqualTo(2);
  }

  @Test
  void aPassThatFailsIsRepeatedOneByOneAndOnlyTheOneToBlameFails() {
    SharedPasses shared =
        passes(
            3,
            equalRanks(),
            (jobs, listener) -> {
              if (names(jobs).contains("b")) {
                passes.add(names(jobs));
                throw new IllegalStateException("b is too large");
              }
              return succeeding(jobs, listener);
            });
    shared.begin(1, List.of("a", "b", "c"));
    List.of("a", "b", "c").forEach(client -> join(shared, client, 1));

    assertThat(passes)
        .containsExactly(List.of("a", "b", "c"), List.of("a"), List.of("b"), List.of("c"));
    assertThat(results.get("a").join().figures().examplesProcessed()).isEqualTo(1);
    assertThat(results.get("b")).isCompletedExceptionally();
    assertThat(results.get("c").join().figures().examplesProcessed()).isEqualTo(3);
  }

  @Test
  void aPassIsCancelledOnlyWhenNobodyWantsItAnyMore() {
    List<Boolean> cancelled = new ArrayList<>();
    SharedPasses shared =
        passes(
            2,
            equalRanks(),
            (jobs, listener) -> {
              ears.get("a").cancelled = true;
              cancelled.add(listener.cancelled());
              ears.get("b").cancelled = true;
              cancelled.add(listener.cancelled());
              return succeeding(jobs, listener);
            });
    shared.begin(1, List.of("a", "b"));
    join(shared, "a", 1);
    join(shared, "b", 1);

    assertThat(cancelled).containsExactly(false, true);
  }

  @Test
  void aClosedExecutorFailsTheClientsAndNotTheRound() {
    SharedPasses shared =
        new SharedPasses(
            this::succeeding,
            2,
            equalRanks(),
            work -> {
              throw new RejectedExecutionException("shut down");
            });
    shared.begin(1, List.of("a", "b"));
    join(shared, "a", 1);

    shared.drop("b");

    assertThat(results.get("a")).isCompletedExceptionally();
  }

  private SharedPasses passes(int lanes, Map<String, Integer> ranks, SharedPasses.Engine engine) {
    return new SharedPasses(engine, lanes, ranks, Runnable::run);
  }

  private static Map<String, Integer> equalRanks() {
    Map<String, Integer> ranks = new HashMap<>();
    COHORT.forEach(client -> ranks.put(client, 2));
    return ranks;
  }

  /** Reports progress of 100, 101, … examples for the first lane, 200, … for the second. */
  private List<TrainingResult> succeeding(List<TrainingJob> jobs, TrainingListener listener) {
    passes.add(names(jobs));
    for (int step = 0; step < STEPS; step++) {
      for (int lane = 0; lane < jobs.size(); lane++) {
        listener.laneProgress(lane, 100L * (lane + 1) + step, 1000, 0.5);
      }
      listener.progress(7, 2000, 0.5);
    }
    return jobs.stream()
        .map(
            job ->
                new TrainingResult(
                    TensorMap.empty(), new TrainingFigures(0.5, job.seed().value(), 0, STEPS)))
        .toList();
  }

  /** A client's seed is its place in the cohort, from 1. */
  private static List<String> names(List<TrainingJob> jobs) {
    return jobs.stream().map(job -> COHORT.get((int) job.seed().value() - 1)).toList();
  }

  private void join(SharedPasses shared, String client, int round) {
    Ear ear = new Ear();
    ears.put(client, ear);
    CompletableFuture<TrainingResult> result = new CompletableFuture<>();
    results.put(client, result);
    shared
        .trainer(client)
        .train(job(client, round), ear)
        .whenComplete(
            (trained, thrown) -> {
              if (thrown == null) {
                result.complete(trained);
              } else {
                result.completeExceptionally(thrown);
              }
            });
  }

  private void assertTooLate(SharedPasses shared, String client, int round) {
    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(() -> join(shared, client, round))
        .withMessageContaining("goes on without");
  }

  private static TrainingJob job(String client, int round) {
    return new TrainingJob(
        Adapter.zeros(ChainAdapter.lora(1, 1), TARGET),
        List.of(),
        new LocalRound(LocalObjective.meanLoss(), LocalTraining.ofEpochs(1, 8, 1e-3), round, 5),
        TokenizedSet.classified(new int[][] {{1, 2}}, new int[] {0}),
        new Seed(COHORT.indexOf(client) + 1));
  }
}
