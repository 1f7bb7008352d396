package dev.weft.simulation;

import dev.weft.client.LocalListener;
import dev.weft.client.LocalResult;
import dev.weft.client.LocalTrainer;
import dev.weft.finetune.training.TrainingCancelledException;
import dev.weft.finetune.training.TrainingJob;
import dev.weft.finetune.training.TrainingListener;
import dev.weft.finetune.training.TrainingResult;
import dev.weft.text.TokenizedSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * The clients of a round train several at a time, each in a lane of one pass over the base.
 *
 * <p>Who shares a pass follows from the round's cohort alone: clients of equal rank by name, so
 * many at a time. A pass waits until each of its clients has either come or was dropped by the
 * round, whose deadlines thereby bound the wait; no clock of its own decides. So the same clients
 * lead to the same bits, whatever the order in which they come. The clients of one that was dropped
 * before train without it; one that is cancelled later keeps its lane.
 */
final class SharedPasses {

  /** What trains the lanes of a pass on the calling thread. */
  @FunctionalInterface
  interface Engine {

    /** One result per job, in order; see {@link dev.weft.finetune.BaseModel#train}. */
    List<TrainingResult> train(List<TrainingJob> jobs, TrainingListener listener);
  }

  private final Engine engine;
  private final int lanes;
  private final Map<String, Integer> ranks;
  private final Executor executor;
  private final Map<String, Pass> passes = new HashMap<>();
  private int round;

  /**
   * @param lanes of a pass, at most
   * @param ranks of all clients by their names
   * @param executor runs the passes
   */
  SharedPasses(Engine engine, int lanes, Map<String, Integer> ranks, Executor executor) {
    this.engine = engine;
    this.lanes = lanes;
    this.ranks = Map.copyOf(ranks);
    this.executor = executor;
  }

  /** A round begins; what was left of the last one is forgotten. */
  synchronized void begin(int newRound, Collection<String> cohort) {
    round = newRound;
    passes.clear();
    SortedMap<Integer, List<String>> byRank = new TreeMap<>();
    cohort.stream()
        .sorted()
        .forEach(
            client ->
                byRank.computeIfAbsent(ranks.get(client), rank -> new ArrayList<>()).add(client));
    for (List<String> equals : byRank.values()) {
      for (int from = 0; from < equals.size(); from += lanes) {
        List<String> members = equals.subList(from, Math.min(from + lanes, equals.size()));
        Pass pass = new Pass(members);
        members.forEach(client -> passes.put(client, pass));
      }
    }
  }

  /** The round goes on without a client; one that has its lane already keeps it. */
  synchronized void drop(String client) {
    Pass pass = passes.remove(client);
    if (pass != null) {
      pass.awaited.remove(client);
      startWhenComplete(pass);
    }
  }

  /** A client of this name that trains on its data. */
  LocalTrainer trainer(String client, TokenizedSet data) {
    return (task, listener) -> join(client, new Lane(task.on(data), listener));
  }

  private synchronized CompletionStage<LocalResult> join(String client, Lane lane) {
    Pass pass = lane.job.round() == round ? passes.remove(client) : null;
    if (pass == null) {
      throw new CancellationException("the round goes on without this client");
    }
    pass.awaited.remove(client);
    pass.come.put(client, lane);
    startWhenComplete(pass);
    return lane.result;
  }

  private void startWhenComplete(Pass pass) {
    if (!pass.awaited.isEmpty() || pass.come.isEmpty()) {
      return;
    }
    List<Lane> members = List.copyOf(pass.come.values());
    try {
      executor.execute(
          () -> {
            members.forEach(lane -> lane.listener.begun());
            train(members);
          });
    } catch (RejectedExecutionException e) {
      members.forEach(lane -> lane.result.completeExceptionally(e));
    }
  }

  /** Lanes of a pass that fails train one by one, so that only the one to blame fails. */
  private void train(List<Lane> members) {
    try {
      List<TrainingResult> results =
          engine.train(members.stream().map(lane -> lane.job).toList(), new Together(members));
      for (int lane = 0; lane < members.size(); lane++) {
        members.get(lane).result.complete(LocalResult.of(results.get(lane)));
      }
    } catch (TrainingCancelledException e) {
      members.forEach(lane -> lane.result.completeExceptionally(e));
    } catch (RuntimeException | Error e) {
      if (members.size() == 1) {
        members.get(0).result.completeExceptionally(e);
      } else {
        members.forEach(lane -> train(List.of(lane)));
      }
    }
  }

  /** Clients that share a pass; guarded by the lock on all passes. */
  private static final class Pass {
    final Set<String> awaited;
    final SortedMap<String, Lane> come = new TreeMap<>();

    Pass(Collection<String> members) {
      awaited = new HashSet<>(members);
    }
  }

  /** One client's part of a pass. */
  private static final class Lane {
    final TrainingJob job;
    final LocalListener listener;
    final CompletableFuture<LocalResult> result = new CompletableFuture<>();

    Lane(TrainingJob job, LocalListener listener) {
      this.job = job;
      this.listener = listener;
    }
  }

  /** Every client hears of its own lane; a pass ends early only when nobody wants it any more. */
  private static final class Together implements TrainingListener {
    private final List<Lane> members;

    Together(List<Lane> members) {
      this.members = members;
    }

    @Override
    public void laneProgress(int lane, long examplesDone, long examplesTotal, double meanLoss) {
      members.get(lane).listener.progress(examplesDone, examplesTotal, meanLoss);
    }

    @Override
    public void progress(long examplesDone, long examplesTotal, double meanLoss) {}

    @Override
    public boolean cancelled() {
      return members.stream().allMatch(lane -> lane.listener.cancelled());
    }
  }
}
