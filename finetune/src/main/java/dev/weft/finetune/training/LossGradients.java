package dev.weft.finetune.training;

import dev.weft.core.adapter.AdapterTarget;
import dev.weft.finetune.encoder.Encoder;
import dev.weft.finetune.encoder.EncoderBatch;
import dev.weft.finetune.encoder.GradientSink;
import dev.weft.finetune.encoder.LinearSite;
import dev.weft.finetune.encoder.WeightChange;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import dev.weft.finetune.torch.NativeArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Mean cross entropy of a batch and its gradients.
 *
 * @param meanLoss over the batch's examples
 * @param byTensor gradients of the trained factors and the head, by tensor name
 */
record LossGradients(double meanLoss, Map<String, NativeArray> byTensor) {

  /**
   * Forward and backward pass of an adapter.
   *
   * @param arena where the gradients live; activations are freed on the way back
   */
  static LossGradients of(
      Arena arena, Encoder encoder, Kernels kernels, NativeAdapter adapter, EncoderBatch batch) {
    Map<String, NativeArray> gradients = new LinkedHashMap<>();
    HeadStep head =
        propagate(
            arena,
            encoder,
            kernels,
            adapter,
            List.of(adapter.headWeight(), adapter.headBias()),
            batch,
            adapter.trainedSites(),
            adapter.gradientsInto(arena, gradients));
    gradients.put(AdapterTarget.Head.WEIGHT, head.weight());
    gradients.put(AdapterTarget.Head.BIAS, head.bias());
    return new LossGradients(head.meanLoss(), gradients);
  }

  /**
   * Forward and backward pass of an encoder with any change of its weights.
   *
   * @param head weight [classes, hidden] and bias [classes]
   * @param sites the layers whose x and dy {@code sink} takes
   * @return the loss and the gradients of the head
   */
  static HeadStep propagate(
      Arena arena,
      Encoder encoder,
      Kernels kernels,
      WeightChange change,
      List<NativeArray> head,
      EncoderBatch batch,
      Set<LinearSite> sites,
      GradientSink sink) {
    Encoder.Pass pass = encoder.forward(arena, batch, change);
    NativeArray pooled = kernels.callOne(arena, "pool", pass.hidden(), batch.shares());
    HeadStep step = HeadStep.of(arena, kernels, pooled, batch.labels(), head);
    NativeArray dz = kernels.callOne(arena, "pool_backward", step.pooled(), batch.shares());
    encoder.backward(pass, dz, sites, sink);
    return step;
  }
}
