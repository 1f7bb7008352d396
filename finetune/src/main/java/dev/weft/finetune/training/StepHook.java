package dev.weft.finetune.training;

import dev.weft.finetune.adapter.NativeAdapter;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.LinearSite;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What happens to a step's gradients between the backward pass and the optimizer, and to the
 * adapter after it. It lives as long as the training, so it may remember. At every point a training
 * asks its hooks one after the other; the order of the methods is that of the points. An {@link
 * ExampleHook} is asked between the first and the second.
 *
 * <p>A step without examples is a step: its gradients are zero, and hooks see them as any others.
 */
public interface StepHook {

  /**
   * Makes the hook of a training, or none where it has nothing to do.
   *
   * <p>The jobs are one per lane of the adapter and share all but data and seed; the arena lives as
   * long as the training.
   */
  @FunctionalInterface
  interface Maker {
    Optional<StepHook> of(
        Arena owner, Kernels kernels, List<TrainingJob> jobs, NativeAdapter adapter);
  }

  /**
   * A step of trainings side by side.
   *
   * @param number from 0, within the round
   * @param lanes those whose training goes on; what becomes of the others' gradients moves nothing
   */
  record Step(int number, Set<Integer> lanes) {
    public Step {
      lanes = Set.copyOf(lanes);
    }
  }

  /**
   * The gradient by what leaves an adapted layer, on its way to the adapter's tensors; what flows
   * on to the layer below is not touched. Several threads may be here at once.
   *
   * @param arena where everything made here lives
   * @param dy [rows, out], rows of a lane together, lanes in order; not to be written to
   */
  default NativeArray ofLayer(Arena arena, LinearSite site, NativeArray dy) {
    return dy;
  }

  /**
   * The gradients of all trained tensors [lanes, …], by tensor name, as they are about to enter the
   * optimizer; to be changed in place.
   *
   * @param arena where everything made here lives
   */
  default void ofLanes(Arena arena, Step step, Map<String, NativeArray> gradients) {}

  /**
   * The optimizer has moved the adapter's tensors, which may be changed in place.
   *
   * @param arena where everything made here lives
   */
  default void stepped(Arena arena, Step step) {}
}
