package dev.weft.finetune.training;

import dev.weft.finetune.adapter.NativeAdapter;
import dev.weft.finetune.task.Task;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.GradientSink;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.TokenBatch;
import dev.weft.finetune.transformer.Transformer;
import dev.weft.finetune.transformer.WeightChange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Mean losses of a batch's lanes and their gradients.
 *
 * @param losses mean over each lane's examples or tokens
 * @param byTensor gradients of the trained factors and the head [lanes, …], by tensor name
 */
record LossGradients(List<Double> losses, Map<String, NativeArray> byTensor) {

  /**
   * Forward and backward pass of an adapter. A batch may have a multiple of the adapter's lanes:
   * then each of the adapter's serves as many of the batch's, whose gradients come apart.
   *
   * @param hooks see the gradients of layers
   * @param arena where the gradients live; activations are freed on the way back
   */
  static LossGradients of(
      Arena arena,
      Transformer transformer,
      Task task,
      NativeAdapter adapter,
      StepHooks hooks,
      TokenBatch batch) {
    Map<String, NativeArray> gradients = new LinkedHashMap<>();
    Task.Losses losses =
        propagate(
            arena,
            transformer,
            task,
            adapter,
            new Task.Head(adapter.head()),
            batch,
            adapter.trainedSites(),
            hooks.before(adapter.gradientsInto(arena, gradients, batch.lanes())));
    gradients.putAll(losses.head());
    return new LossGradients(losses.losses(), gradients);
  }

  /**
   * Forward and backward pass with any change of the weights.
   *
   * @param sites the layers whose x and dy {@code sink} takes
   * @return the losses and the gradients of the head
   */
  static Task.Losses propagate(
      Arena arena,
      Transformer transformer,
      Task task,
      WeightChange change,
      Task.Head head,
      TokenBatch batch,
      Set<LinearSite> sites,
      GradientSink sink) {
    Transformer.Pass pass = transformer.forward(arena, batch, change);
    Task.Losses losses = task.losses(arena, batch, pass.hidden(), head);
    transformer.backward(pass, losses.dhidden(), sites, sink);
    return losses;
  }
}
