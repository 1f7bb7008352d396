package dev.weft.simulation;

import dev.weft.client.LocalListener;
import dev.weft.client.LocalTrainer;
import dev.weft.core.Text;
import dev.weft.core.config.SimulationConfig.Faults;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.training.TrainingJob;
import dev.weft.finetune.training.TrainingResult;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A client's trainer with the misbehaviour that the configuration asks for. */
final class FaultyTrainer implements LocalTrainer {
  private static final int MOST_NAMED = 10;

  private final String client;
  private final LocalTrainer healthy;
  private final Faults faults;
  private final Seed seed;

  FaultyTrainer(String client, LocalTrainer healthy, Faults faults, Seed seed) {
    this.client = client;
    this.healthy = healthy;
    this.faults = faults;
    this.seed = seed;
  }

  /**
   * A fault of nobody would test nothing.
   *
   * @throws WeftException if a fault names someone who is not among the clients
   */
  static void check(Faults faults, Collection<String> clients) {
    Stream.concat(faults.nan().stream(), faults.fail().stream())
        .filter(name -> !clients.contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw new WeftException(
                  Problem.BAD_VALUE,
                  Text.format(
                      "simulation.faults: %s is not a client; choose among %s%s",
                      name,
                      clients.stream().limit(MOST_NAMED).toList(),
                      clients.size() > MOST_NAMED ? " and others" : ""));
            });
  }

  @Override
  public CompletionStage<TrainingResult> train(TrainingJob job, LocalListener listener) {
    if (faults.fail().contains(client)) {
      throw new WeftException(
          Problem.CLIENT_FAILED, "its training failed, as simulation.faults.fail asks for");
    }
    CompletionStage<TrainingResult> result = healthy.train(job, listener);
    CompletionStage<TrainingResult> late =
        faults.maxDelay().isZero()
            ? result
            : result.thenApplyAsync(trained -> trained, delay(job.local().round()));
    return faults.nan().contains(client) ? late.thenApply(FaultyTrainer::withNaN) : late;
  }

  /** Keeps no thread for training busy while nothing happens. */
  private Executor delay(int round) {
    long most = faults.maxDelay().toMillis();
    return CompletableFuture.delayedExecutor(
        seed.of("delay", client, round).random().nextLong(most + 1), TimeUnit.MILLISECONDS);
  }

  private static TrainingResult withNaN(TrainingResult result) {
    return new TrainingResult(withNaN(result.trained()), result.figures());
  }

  /** The first tensor's first value turns to NaN. */
  private static TensorMap withNaN(TensorMap tensors) {
    Map.Entry<String, Tensor> first = tensors.asMap().entrySet().iterator().next();
    float[] values = first.getValue().toArray();
    values[0] = Float.NaN;
    LinkedHashMap<String, Tensor> changed = new LinkedHashMap<>(tensors.asMap());
    changed.put(first.getKey(), Tensor.of(values, first.getValue().shapeArray()));
    return TensorMap.of(changed);
  }
}
