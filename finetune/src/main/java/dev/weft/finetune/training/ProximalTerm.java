package dev.weft.finetune.training;

import dev.weft.finetune.adapter.NativeAdapter;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The proximal term {@code mu (w - w_ref)} of FedProx, added to every gradient; w_ref is where the
 * training started. Entry by entry, so lanes never meet.
 */
final class ProximalTerm implements StepHook {
  private final Kernels kernels;
  private final double mu;
  private final Map<String, NativeArray> trained;
  private final List<NativeArray> references;

  private ProximalTerm(Arena owner, Kernels kernels, double mu, NativeAdapter adapter) {
    this.kernels = kernels;
    this.mu = mu;
    this.trained = adapter.trained();
    this.references = trained.values().stream().map(owner::copy).toList();
  }

  static Optional<StepHook> of(
      Arena owner, Kernels kernels, List<TrainingJob> jobs, NativeAdapter adapter) {
    double mu = jobs.get(0).local().objective().proximalMu();
    return mu > 0 ? Optional.of(new ProximalTerm(owner, kernels, mu, adapter)) : Optional.empty();
  }

  @Override
  public void ofLanes(Arena arena, Step step, Map<String, NativeArray> gradients) {
    kernels
        .optimizer()
        .addProximal(
            arena,
            trained.keySet().stream().map(gradients::get).toList(),
            List.copyOf(trained.values()),
            references,
            mu);
  }
}
