package dev.weft.finetune.training;

import dev.weft.core.adapter.AlloraAdapter;
import dev.weft.finetune.adapter.NativeAdapter;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.LinearSite;
import java.util.List;
import java.util.Optional;

/**
 * The factors of an {@link AlloraAdapter} see {@code f_i = 1 / sqrt(‖(B C A)_i‖ + 1/η²)} times the
 * gradient of row i. The row norms come from {@code ‖L_i A‖² = L_i (A Aᵀ) L_iᵀ} with L = B C, so
 * nothing larger than a factor is formed. They depend on parameters only: clipping per example
 * afterwards still bounds what one example can do.
 */
final class AlloraScaling implements StepHook {
  private final Kernels kernels;
  private final NativeAdapter adapter;
  private final double floor;

  private AlloraScaling(Kernels kernels, NativeAdapter adapter, double eta) {
    this.kernels = kernels;
    this.adapter = adapter;
    this.floor = 1 / (eta * eta);
  }

  static Optional<StepHook> of(
      Arena owner, Kernels kernels, List<TrainingJob> jobs, NativeAdapter adapter) {
    return jobs.get(0).adapter().form() instanceof AlloraAdapter form
        ? Optional.of(new AlloraScaling(kernels, adapter, form.eta()))
        : Optional.empty();
  }

  @Override
  public NativeArray ofLayer(Arena arena, LinearSite site, NativeArray dy) {
    NativeAdapter.Product change = adapter.product(arena, site);
    NativeArray factors =
        kernels.adapter().alloraFactors(arena, change.left(), change.right(), floor);
    return kernels.adapter().scaleLaneColumns(arena, dy, factors);
  }
}
