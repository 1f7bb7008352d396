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

/**
 * Updates the trained tensors of an adapter: factors and head with a learning rate each, and the
 * proximal term {@code mu (w - w_ref)} of FedProx on every gradient before that. Entry by entry, so
 * lanes never meet.
 */
final class AdapterOptimizer {
  private final List<Group> groups;

  /**
   * @param jobs one per lane of the adapter, which share all but data and seed
   */
  AdapterOptimizer(Arena owner, Kernels kernels, List<TrainingJob> jobs, NativeAdapter adapter) {
    LocalTraining training = jobs.get(0).local().training();
    Map<String, NativeArray> factors = new LinkedHashMap<>();
    Map<String, NativeArray> head = new LinkedHashMap<>();
    adapter
        .trained()
        .forEach((name, tensor) -> (Part.of(name) == Part.HEAD ? head : factors).put(name, tensor));
    groups =
        List.of(
            new Group(owner, kernels, jobs, factors, training.learningRate()),
            new Group(owner, kernels, jobs, head, training.headLearningRate()));
  }

  /**
   * @param gradients by tensor name, for every trained tensor; written to
   * @param rateFactors what multiplies the learning rates, per lane
   */
  void step(Arena arena, Map<String, NativeArray> gradients, double[] rateFactors) {
    groups.forEach(group -> group.step(arena, gradients, rateFactors));
  }

  /** Tensors of one learning rate. */
  private static final class Group {
    private final Kernels kernels;
    private final List<String> names;
    private final List<NativeArray> parameters;
    private final List<NativeArray> references;
    private final double proximalMu;
    private final double learningRate;
    private final AdamW optimizer;

    Group(
        Arena owner,
        Kernels kernels,
        List<TrainingJob> jobs,
        Map<String, NativeArray> tensors,
        double learningRate) {
      this.kernels = kernels;
      names = List.copyOf(tensors.keySet());
      parameters = List.copyOf(tensors.values());
      proximalMu = jobs.get(0).local().objective().proximalMu();
      references = parameters.stream().map(parameter -> owner.copy(parameter)).toList();
      this.learningRate = learningRate;
      optimizer =
          new AdamW(owner, kernels, parameters, jobs.get(0).local().training().weightDecay());
    }

    void step(Arena arena, Map<String, NativeArray> gradients, double[] rateFactors) {
      List<NativeArray> own = names.stream().map(gradients::get).toList();
      if (proximalMu > 0) {
        kernels.optimizer().addProximal(arena, own, parameters, references, proximalMu);
      }
      optimizer.step(
          arena, own, Arrays.stream(rateFactors).map(factor -> factor * learningRate).toArray());
    }
  }
}
