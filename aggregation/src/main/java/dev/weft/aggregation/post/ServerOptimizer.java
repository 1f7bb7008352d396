package dev.weft.aggregation.post;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.config.ServerOptimizerConfig;
import dev.weft.core.method.Aggregate;
import dev.weft.core.method.PostAggregate;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * A server optimizer: it takes the mean update Δ of the trained tensors for a gradient and decides,
 * coordinate by coordinate, how far the global adapter moves from the reference (methods.md O1,
 * O2). Its memory is float32 and part of {@link GlobalState#serverState}, so a restarted
 * coordinator goes on with the same bits.
 */
public final class ServerOptimizer implements PostAggregate {
  private final List<Memory> memories;
  private final Rule rule;

  /** One number that is remembered per coordinate. */
  private record Memory(String name, double initial) {}

  /** What happens to one coordinate. */
  private interface Rule {
    /**
     * @param delta the coordinate's mean update
     * @param memory its memory, to be read and overwritten
     * @return how far it moves
     */
    double move(double delta, double[] memory);
  }

  private ServerOptimizer(List<Memory> memories, Rule rule) {
    this.memories = memories;
    this.rule = rule;
  }

  /** The configured optimizer; empty for the plain mean. */
  public static Optional<ServerOptimizer> of(ServerOptimizerConfig config) {
    double rate = config.learningRate();
    return switch (config.optimizer()) {
      case NONE -> Optional.empty();
      case FEDAVGM -> Optional.of(momentum(rate, config.momentum()));
      case FEDADAM -> Optional.of(adam(rate, config.beta1(), config.beta2(), config.tau()));
      case FEDYOGI -> Optional.of(yogi(rate, config.beta1(), config.beta2(), config.tau()));
    };
  }

  /**
   * FedAvgM: {@code v ← β v + Δ}, {@code x ← x + η v}, v_0 = 0 (Hsu et al., "Measuring the effects
   * of non-identical data distribution for federated visual classification", 2019). With β = 0 and
   * η = 1 it is the plain mean.
   */
  public static ServerOptimizer momentum(double learningRate, double beta) {
    return new ServerOptimizer(
        List.of(new Memory("velocity", 0)),
        (delta, memory) -> {
          memory[0] = beta * memory[0] + delta;
          return learningRate * memory[0];
        });
  }

  /**
   * FedAdam (Reddi et al., "Adaptive federated optimization", ICLR 2021): {@code m ← β1 m + (1−β1)
   * Δ}, {@code v ← β2 v + (1−β2) Δ²}, {@code x ← x + η m / (√v + τ)}, m_0 = 0, v_0 = τ², without
   * bias correction.
   */
  public static ServerOptimizer adam(double learningRate, double beta1, double beta2, double tau) {
    return adaptive(learningRate, beta1, tau, (v, squared) -> beta2 * v + (1 - beta2) * squared);
  }

  /** FedYogi: as FedAdam with {@code v ← v − (1−β2) Δ² sign(v − Δ²)}. */
  public static ServerOptimizer yogi(double learningRate, double beta1, double beta2, double tau) {
    return adaptive(
        learningRate,
        beta1,
        tau,
        (v, squared) -> v - (1 - beta2) * squared * Math.signum(v - squared));
  }

  private interface SecondMoment {
    double next(double v, double squared);
  }

  private static ServerOptimizer adaptive(
      double learningRate, double beta1, double tau, SecondMoment secondMoment) {
    return new ServerOptimizer(
        List.of(new Memory("first-moment", 0), new Memory("second-moment", tau * tau)),
        (delta, memory) -> {
          memory[0] = beta1 * memory[0] + (1 - beta1) * delta;
          memory[1] = secondMoment.next(memory[1], delta * delta);
          return learningRate * memory[0] / (Math.sqrt(memory[1]) + tau);
        });
  }

  @Override
  public Aggregate apply(Aggregate aggregate) {
    Adapter reference = aggregate.reference().adapter();
    GlobalState next = aggregate.next();
    LinkedHashMap<String, Tensor> moved = new LinkedHashMap<>();
    LinkedHashMap<String, Tensor> remembered = new LinkedHashMap<>();
    reference
        .trained()
        .asMap()
        .forEach(
            (name, start) -> {
              Tensor mean = aggregate.mean().tensors().get(name);
              List<float[]> memory = recall(next.serverState(), name, start.size());
              moved.put(name, move(start, mean, memory));
              for (int i = 0; i < memory.size(); i++) {
                remembered.put(
                    memories.get(i).name() + "/" + name,
                    Tensor.of(memory.get(i), start.shapeArray()));
              }
            });
    return aggregate.withNext(
        new GlobalState(
            next.round(),
            next.adapter().with(TensorMap.of(moved)),
            next.origins(),
            next.sideDeltas(),
            TensorMap.of(remembered)));
  }

  /** Moves every coordinate of a tensor and overwrites its memory. */
  private Tensor move(Tensor start, Tensor mean, List<float[]> memory) {
    float[] values = new float[start.size()];
    double[] own = new double[memory.size()];
    for (int i = 0; i < values.length; i++) {
      for (int slot = 0; slot < own.length; slot++) {
        own[slot] = memory.get(slot)[i];
      }
      double delta = (double) mean.at(i) - start.at(i);
      values[i] = (float) (start.at(i) + rule.move(delta, own));
      for (int slot = 0; slot < own.length; slot++) {
        memory.get(slot)[i] = (float) own[slot];
      }
    }
    return Tensor.of(values, start.shapeArray());
  }

  private List<float[]> recall(TensorMap state, String tensor, int size) {
    List<float[]> recalled = new ArrayList<>();
    for (Memory memory : memories) {
      String name = memory.name() + "/" + tensor;
      float[] values = new float[size];
      if (state.contains(name)) {
        values = state.get(name).toArray();
      } else {
        Arrays.fill(values, (float) memory.initial());
      }
      recalled.add(values);
    }
    return recalled;
  }
}
