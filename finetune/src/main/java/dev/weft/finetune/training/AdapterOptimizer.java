package dev.weft.finetune.training;

import dev.weft.core.adapter.Part;
import dev.weft.core.method.LocalTraining;
import dev.weft.finetune.adapter.NativeAdapter;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Updates the trained tensors of an adapter: factors and head with a learning rate each. Entry by
 * entry, so lanes never meet.
 */
final class AdapterOptimizer {
  private final List<Group> groups;

  AdapterOptimizer(Arena owner, Kernels kernels, LocalTraining training, NativeAdapter adapter) {
    Map<String, NativeArray> factors = new LinkedHashMap<>();
    Map<String, NativeArray> head = new LinkedHashMap<>();
    adapter
        .trained()
        .forEach((name, tensor) -> (Part.of(name) == Part.HEAD ? head : factors).put(name, tensor));
    groups =
        List.of(
            new Group(owner, kernels, training, factors, training.learningRate()),
            new Group(owner, kernels, training, head, training.headLearningRate()));
  }

  /**
   * @param gradients by tensor name, for every trained tensor
   * @param rateFactors what multiplies the learning rates, per lane
   */
  void step(Arena arena, Map<String, NativeArray> gradients, double[] rateFactors) {
    groups.forEach(group -> group.step(arena, gradients, rateFactors));
  }

  /** First moments by tensor name, in the order of the tensors that they belong to. */
  Map<String, NativeArray> means() {
    return byName(AdamW::means);
  }

  /** Second moments likewise. */
  Map<String, NativeArray> squares() {
    return byName(AdamW::squares);
  }

  private Map<String, NativeArray> byName(Function<AdamW, List<NativeArray>> moments) {
    Map<String, NativeArray> found = new LinkedHashMap<>();
    for (Group group : groups) {
      List<NativeArray> own = moments.apply(group.optimizer);
      for (int i = 0; i < own.size(); i++) {
        found.put(group.names.get(i), own.get(i));
      }
    }
    return found;
  }

  /** Goes on after so many steps; the moments are in place. */
  void resume(int done) {
    groups.forEach(group -> group.optimizer.resume(done));
  }

  /** Tensors of one learning rate. */
  private static final class Group {
    private final List<String> names;
    private final double learningRate;
    private final AdamW optimizer;

    Group(
        Arena owner,
        Kernels kernels,
        LocalTraining training,
        Map<String, NativeArray> tensors,
        double learningRate) {
      names = List.copyOf(tensors.keySet());
      this.learningRate = learningRate;
      optimizer = new AdamW(owner, kernels, List.copyOf(tensors.values()), training.weightDecay());
    }

    void step(Arena arena, Map<String, NativeArray> gradients, double[] rateFactors) {
      List<NativeArray> own = names.stream().map(gradients::get).toList();
      optimizer.step(
          arena, own, Arrays.stream(rateFactors).map(factor -> factor * learningRate).toArray());
    }
  }
}
