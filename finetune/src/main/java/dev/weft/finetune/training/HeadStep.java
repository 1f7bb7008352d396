package dev.weft.finetune.training;

import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import dev.weft.finetune.torch.NativeArray;
import java.util.List;

/**
 * Mean cross entropy under a linear head, and its gradients.
 *
 * @param loss mean over the examples, a scalar
 * @param weight gradient by the head's weight [classes, hidden]
 * @param bias gradient by the head's bias [classes]
 * @param pooled gradient by what enters the head [examples, hidden]
 */
record HeadStep(NativeArray loss, NativeArray weight, NativeArray bias, NativeArray pooled) {

  /**
   * @param head weight and bias
   */
  static HeadStep of(
      Arena arena,
      Kernels kernels,
      NativeArray pooled,
      NativeArray labels,
      List<NativeArray> head) {
    List<NativeArray> step =
        kernels.call(arena, "head_step", pooled, labels, head.get(0), head.get(1));
    return new HeadStep(step.get(0), step.get(1), step.get(2), step.get(3));
  }

  double meanLoss() {
    return loss.toFloats()[0];
  }
}
